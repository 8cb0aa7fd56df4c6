# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What licence a text is: two tiers of matching, notices, translations and refusals, joined per file."""
