# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forgejo, for example codeberg.org: the API of Gitea, from which it comes (https://forgejo.org/docs/latest/user/api)."""

from __future__ import annotations

from harvesters.forges.gitea import Gitea
from registry.model import ForgeKind


class Forgejo(Gitea):
    kind = ForgeKind.FORGEJO
