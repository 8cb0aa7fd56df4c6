# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Readings -> Solution: which of several statements about one field is used, and what contradicts what.

Pure. All statements are kept as candidates, best first, so that a page can show what was said elsewhere. A field that
nobody filled is absent. Addresses of persons do not pass: e-mail addresses and logins are taken out of every
text, those of problems included; only the role addresses of ``Field.CONTACTS`` stay, which are meant for contact.
"""

from __future__ import annotations

from registry.resolve.cleaning import without_addresses
from registry.resolve.precedence import PRECEDENCE, UNITED
from registry.resolve.resolving import resolve
from registry.resolve.uniting import differing, united

__all__ = [
    "PRECEDENCE",
    "UNITED",
    "differing",
    "resolve",
    "united",
    "without_addresses",
]
