# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The round of ``allmende doctor``: which examinations there are, in the order in which one would mend things."""

from __future__ import annotations

from collections.abc import Sequence

from registry.catalogue import doctoring_hosts, doctoring_machine, doctoring_register, doctoring_store
from registry.catalogue.doctoring import Examination
from registry.catalogue.doctoring_git import git

_LOCAL: tuple[tuple[str, Examination], ...] = (
    ("contact", doctoring_machine.contact),
    ("data-folder", doctoring_machine.folders),
    ("disk", doctoring_machine.disk),
    ("clock", doctoring_machine.clock),
    ("python", doctoring_machine.python),
    ("git", git),
    ("limits", doctoring_machine.limits),
    ("sandbox", doctoring_machine.sandbox),
    ("certificates", doctoring_machine.certificates),
    ("token-files", doctoring_machine.secret_files),
    ("database", doctoring_store.database),
    ("index", doctoring_store.index),
    ("register", doctoring_register.register),
    ("sources", doctoring_store.sources),
    ("tokens", doctoring_store.tokens),
    ("runs", doctoring_store.runs),
    ("readers", doctoring_store.readers),
    ("alert", doctoring_store.warnings),
)


def examinations(*, online: bool) -> Sequence[tuple[str, Examination]]:
    """By name; with ``online`` also what asks other machines."""
    return (*_LOCAL, ("host", doctoring_hosts.hosts)) if online else _LOCAL
