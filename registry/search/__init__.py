# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Text analysis, the index port, its Whoosh engine and the sync from the outbox."""
