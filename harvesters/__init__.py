# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that touches the outside: forges, the guarded HTTP and git doors, readers, the sandbox."""
