# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Logins in web addresses of strangers: where they stand, so that readers and the resolver take out the same ones."""

from __future__ import annotations

import re

_LOGIN = re.compile(r"(?<=//)(?!(?<=ssh://)git@[^\s/?#<>\"'@]*(?:[\s/?#<>\"']|$))[^\s/?#<>\"']+@")
"""Not the user "git" that code hosts have all their users log in as by SSH."""


def without_logins(text: str) -> str:
    """The text with the logins taken out of its web addresses: ``https://user:password@host`` is ``https://host``."""
    return _LOGIN.sub("", text)
