# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Credentials that somebody left in a file of a public repository: we do not spread them further.

Only what its own form gives away is found: private keys in PEM, and tokens whose issuers start them with a mark so that
they can be found (GitHub, GitLab, AWS, Google, Slack, Stripe, npm, PyPI, Bitbucket). All searches are linear.
"""

from __future__ import annotations

import re

MARK = "***"

_MARKS = (
    "PRIVATE KEY", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "AKIA", "ASIA", "AIza", "xox", "k_live_",
    "hooks.slack.com/services/", "npm_", "pypi-AgE", "ATBB", "ATCTT", "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-",
    "glft-", "glsoat-", "glimt-", "glagent-", "gloas-", "eyJ",
)  # fmt: skip
"""Without one of these in a text there is nothing to look for."""
_GAP = r"(?:\s|\\[nr])*+"
"""Line ends as they are, as spaces, or spelt out in a text within a text."""
_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    # A mere mention has no body, and of a body that is cut off the last line is known by its padding.
    rf"(?:{_GAP}(?:[A-Za-z-]{{1,40}}: [^\s<]{{1,100}}|[A-Za-z0-9+/=]{{16,}}+))++"
    rf"(?:{_GAP}(?:[A-Za-z0-9+/]{{1,15}}={{1,2}}|[A-Za-z0-9+/]{{1,15}}(?={_GAP}-----END)))?"
    rf"(?:{_GAP}-----END [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-----)?"
)
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"gh[opsur]_[A-Za-z0-9]{20,255}"
    r"|github_pat_[A-Za-z0-9_]{20,255}"
    r"|gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas)-[\w-]{20,255}"
    r"|A(?:KI|SI)A[A-Z2-7]{16}(?![A-Z0-9])"
    r"|AIza[\w-]{35}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,255}"
    r"|[rs]k_live_[A-Za-z0-9]{16,255}"
    r"|npm_[A-Za-z0-9]{36}"
    r"|pypi-AgE[\w-]{50,1024}"
    r"|AT(?:BB|CTT)[\w=-]{20,512}"
    r"|eyJ[\w-]{10,2048}\.eyJ[\w-]{10,4096}\.[\w-]{10,2048}"
    r")"
    r"|(?<=hooks\.slack\.com/services/)[\w/]{20,200}"
)


def without_credentials(text: str) -> str:
    """The text with each private key and token replaced by a mark; others come back as they are."""
    if not any(mark in text for mark in _MARKS):
        return text
    return _TOKEN.sub(MARK, _KEY.sub(MARK, text))
