# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One module a kind of forge; a new one is a file and its place in ``FORGES``."""

from __future__ import annotations

from harvesters.base import Forge, TakesSnapshots
from harvesters.forges.bitbucket import Bitbucket
from harvesters.forges.forgejo import Forgejo
from harvesters.forges.gitea import Gitea
from harvesters.forges.github import GitHub
from harvesters.forges.gitlab import GitLab
from harvesters.forges.plain import PlainGit
from harvesters.forges.probing import probe
from harvesters.http import HttpClient
from registry.model import ForgeKind

__all__ = ["FORGES", "open_forge", "probe"]

FORGES: tuple[type[Forge], ...] = (GitHub, GitLab, Gitea, Forgejo, Bitbucket, PlainGit)


def open_forge(kind: ForgeKind, http: HttpClient, git: TakesSnapshots) -> Forge:
    """The client of a kind of forge; cheap, connects to nothing."""
    return next(forge for forge in FORGES if forge.kind is kind)(http, git)
