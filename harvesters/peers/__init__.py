# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Other catalogues as sources: each adapter turns a peer's entries into repository addresses and claims."""
