# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One harvest in a process of its own, ``python hostile_night.py FORGE PEER URL...``; tells as JSON what came of it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from registry.bootstrap import open_catalogue
from registry.config import load, secrets_in_force
from registry.logs import begin_logging
from registry.model import ForgeKind, PeerKind, Source, SourceKind
from registry.redacting import Redactor
from registry.storage import migrate


def peak_kib() -> int:
    """Of this program alone: what getrusage tells begins with the size of the process that started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii", errors="replace"))
    return int(found[1]) if found is not None else 0


def main(forge: str, peer: str, *urls: str) -> None:
    config = load()
    limits = replace(config.limits, connect_seconds=2.0, read_seconds=2.0)
    config = replace(config, limits=limits)
    begin_logging("json", "debug", lambda: Redactor(secrets_in_force()))
    migrate.upgrade(config.database_url)
    catalogue = open_catalogue(config)
    now = datetime.now(UTC)
    catalogue.store.add_source(Source("", forge, SourceKind.ORGANISATION, ForgeKind.GITHUB, now))
    options = {"url": "$.url", "name": "$.name"}
    catalogue.store.add_source(
        Source("", peer, SourceKind.PEER, ForgeKind.GIT, now, peer=PeerKind.JSON, title="Nachbar", options=options)
    )
    report = catalogue.harvesting.run(catalogue.store.sources(), [(url, ForgeKind.GIT) for url in urls])
    items, _ = catalogue.store.items(report.run.id, 1, 1_000)
    told = {
        "state": report.run.state,
        "items": {item.repository: [item.status, item.rule, dict(item.params)] for item in items},
        "kib": peak_kib(),
    }
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
