# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register of bodies: whether it is there, how old its keys are, and for whom it was no help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from registry.bodies.core import CORE_VERSION
from registry.catalogue.doctoring import Check, Patient
from registry.catalogue.doctoring_store import there

_OLD_MONTHS = 18
"""The official list is issued every quarter; most mergers are on a 1 January, so that a year may pass unharmed."""
_OLD = timedelta(days=_OLD_MONTHS * 30.5)


def register(patient: Patient) -> Iterator[Check]:
    if not there(patient):
        return
    state = patient.store.bodies.state()
    if not state.bodies:
        yield Check("register", "doctor-register-empty")
        return
    as_of = _date(state.keys_as_of)
    params = {"count": str(state.bodies), "keyed": str(state.keyed), "as_of": state.keys_as_of or "-"}
    if as_of is not None and patient.now.date() - as_of > _OLD:
        yield Check("register", "doctor-register-old", {**params, "months": str(_OLD_MONTHS)})
    else:
        yield Check("register", "doctor-register-ok", params)
    if patient.config.register_core and state.core_version != CORE_VERSION:
        yield Check("register", "doctor-register-outdated")
    if state.unresolved:
        yield Check("register", "doctor-register-unresolved", {"count": str(state.unresolved)})


def _date(text: str | None) -> date | None:
    """None also for a list that is known by its year alone."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
