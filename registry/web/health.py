# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""For monitoring: /healthz says that the process answers, /readyz that the catalogue behind it is complete."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from registry.errors import AllmendeError
from registry.web.access import finding

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 only when migrated, outbox empty, index current and, with the demo, the first harvest ended; else 503."""
    try:
        readiness = finding().readiness()
    except AllmendeError as error:
        return jsonify(ready=False, reasons=[str(error)]), 503
    return jsonify(ready=readiness.ready, reasons=list(readiness.reasons)), 200 if readiness.ready else 503
