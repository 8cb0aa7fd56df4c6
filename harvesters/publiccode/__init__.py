# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""publiccode.yml: checking it as the standard wants it and as the reference parser does, mending it, drafting one."""
