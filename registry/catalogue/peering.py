# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Peers' catalogues in a night: their entries become claims, and who is concerned by a change of these is read anew."""

from __future__ import annotations

from collections.abc import Iterable

from harvesters.peers import Entry
from registry.catalogue.reading import Address, claims_read
from registry.catalogue.tasks import address_job
from registry.model import Claim, Job, Plan, Source
from registry.storage.booking import PEER_LISTED
from registry.storage.store import Store


def claims_of(source: Source, entries: Iterable[Entry]) -> list[Claim]:
    """What a peer says of each repository it lists; that it lists it is a claim even without a fact."""
    return [Claim(source.id, entry.url, entry.entry, entry.facts) for entry in entries]


def outdated(store: Store) -> list[Address]:
    """Stored repositories that were read with other claims than peers make now, by URL.

    So it is after a peer changed or dropped an entry, after a peer was removed, and where a repository turned out to be
    known to peers by another name. They are due for a visit, whoever lists them.
    """
    return [
        (known.url, known.forge)
        for known in store.claims.repositories()
        if known.detector is not None and claims_read(known.detector) != known.claims
    ]


def outdated_jobs(store: Store) -> list[Job]:
    """Visits of these."""
    return [address_job(where, priority=PEER_LISTED) for where in outdated(store)]


def owed_jobs(store: Store, plan: Plan) -> list[Job]:
    """As ``outdated_jobs``, for a run of all that is harvested: a removed peer has no listing that would see to it."""
    if plan.demo or plan.limit is not None or (plan.urls and not plan.source_ids):
        return []
    harvested = {source.id for source in store.sources() if not (source.paused or source.demo)}
    return outdated_jobs(store) if harvested <= set(plan.source_ids) else []
