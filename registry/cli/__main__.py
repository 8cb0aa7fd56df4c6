# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``python -m registry.cli``: the command line without its console script."""

from registry.cli import main

if __name__ == "__main__":
    main()
