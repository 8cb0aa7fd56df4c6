# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence expressions: canonical spelling, whether they are open, and what the evidence of a repository amounts to.

Expressions are SPDX expressions (https://spdx.github.io/spdx-spec, annex "SPDX license expressions"); ids, names and
approvals are those of the SPDX licence list. What people write instead is data: ``vocabulary/licences/names.toml``.
An id that leaves the range open ("GPL-3.0") stays as it is: neither -only nor -or-later is claimed for anybody.
"""

from registry.licences.concluding import (
    agrees,
    conclude,
    deciding_licences,
    declaration,
    leading_statement,
    missing_texts,
)
from registry.licences.evidence import TEXTS, UNREAD, deciding_texts
from registry.licences.expressions import combines, families, ids, is_valid, range_is_stated, range_of, same_terms
from registry.licences.folding import fold
from registry.licences.names import is_generator_default, normalise
from registry.licences.openness import is_open
from registry.licences.ranges import range_differences
from registry.licences.weighing import companions

__all__ = [
    "TEXTS",
    "UNREAD",
    "agrees",
    "combines",
    "companions",
    "conclude",
    "deciding_licences",
    "deciding_texts",
    "declaration",
    "families",
    "fold",
    "ids",
    "is_generator_default",
    "is_open",
    "is_valid",
    "leading_statement",
    "missing_texts",
    "normalise",
    "range_differences",
    "range_is_stated",
    "range_of",
    "same_terms",
]
