# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pure rules of the register: official keys, spellings of names, matching, reading and comparing lists."""
