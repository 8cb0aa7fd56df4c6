# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What licence a text is: two tiers of matching, notices, translations and refusals, joined per file."""

import os

# Nothing here multiplies matrices: the threads numpy's algebra starts when it is loaded would only cost 30 ms of the
# start, and memory.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
