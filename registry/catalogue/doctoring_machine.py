# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The machine under the catalogue: Python, limits, sandbox, certificates, clock, folders, disk, files of secrets."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import ssl
import stat
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from harvesters.addresses import is_public, literal
from harvesters.git import command
from harvesters.sandbox import Sandbox
from registry.catalogue.doctoring import Check, Patient, mebibytes
from registry.config import Config, token_files
from registry.errors import AllmendeError
from registry.model import Activity, EntryKind, ForgeKind, RepositoryRef, Snapshot, TreeEntry
from registry.storage.examining import file_of

OLDEST_PYTHON = (3, 11)
DISK_LOW, DISK_FULL = 2**30, 100 * 2**20
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that stands before this program was written is wrong."""
_FAR = datetime(2100, 1, 1, tzinfo=UTC)
_TITLE = "Probe"
_TRIAL = b"# Probe\n\nEine Datei, die nur der Selbstversuch liest.\n"
_LOCAL = ("localhost", ".localhost", ".local", ".example", ".invalid", ".test", ".internal")


def python(_: Patient) -> Iterator[Check]:
    found = {"version": platform.python_version(), "needed": ".".join(map(str, OLDEST_PYTHON))}
    yield Check("python", "doctor-python-ok" if sys.version_info >= OLDEST_PYTHON else "doctor-python-old", found)


def limits(_: Patient) -> Iterator[Check]:
    where = command.program("prlimit")
    yield Check("limits", "doctor-limits-ok" if where else "doctor-limits-shell", {"path": where or "/bin/sh"})


def sandbox(patient: Patient) -> Iterator[Check]:
    """A child process starts under its limits and reads a small file."""
    url = "https://git.invalid/probe/probe"
    trial = Snapshot(
        ref=RepositoryRef(url, f"{url}.git", ForgeKind.GIT),
        commit="0" * 40,
        branch="main",
        taken_at=patient.now,
        detector="",
        entries=(TreeEntry("README.md", EntryKind.FILE, "0" * 40, len(_TRIAL)),),
        files={"README.md": _TRIAL},
        activity=Activity(observed_at=patient.now, commits=1),
    )
    begun = time.monotonic()
    try:
        with Sandbox(patient.config.limits, workers=1) as opened:
            readings = opened.read(trial)
    except (RuntimeError, OSError) as error:
        yield Check("sandbox", "doctor-sandbox-broken", {"detail": str(error) or type(error).__name__})
        return
    lost = next((p for reading in readings for p in reading.problems if p.rule == "parse-failed"), None)
    if not any(fact.value == _TITLE for reading in readings for fact in reading.facts):
        yield Check("sandbox", "doctor-sandbox-broken", {"detail": "" if lost is None else lost.params["detail"]})
    else:
        yield Check("sandbox", "doctor-sandbox-ok", {"seconds": f"{time.monotonic() - begun:.1f}"})


def certificates(_: Patient) -> Iterator[Check]:
    """HTTP trusts the bundle that comes with requests, git that of the system."""
    bundle = Path(DEFAULT_CA_BUNDLE_PATH)
    system = ssl.get_default_verify_paths()
    found = {"path": str(bundle)}
    try:
        number = len(ssl.create_default_context(cafile=str(bundle)).get_ca_certs())
    except (OSError, ssl.SSLError) as error:
        yield Check("certificates", "doctor-certificates-unreadable", found | {"detail": type(error).__name__})
        return
    if not number:
        yield Check("certificates", "doctor-certificates-unreadable", found | {"detail": "0"})
    elif not any(path and Path(path).exists() for path in (system.cafile, system.openssl_cafile, system.capath)):
        yield Check("certificates", "doctor-certificates-system", {"path": system.openssl_cafile})
    else:
        yield Check("certificates", "doctor-certificates-ok", found | {"count": str(number)})


def clock(patient: Patient) -> Iterator[Check]:
    right = _BUILT <= patient.now < _FAR
    found = {"now": f"{patient.now:%Y-%m-%d %H:%M} UTC"}
    yield Check("clock", "doctor-clock-ok" if right else "doctor-clock-wrong", found)


def contact(patient: Patient) -> Iterator[Check]:
    """Whoever runs a forge must be able to find out who harvests there."""
    url = patient.config.base_url
    host = urlsplit(url).hostname or ""
    address = literal(host)
    local = not is_public(address) if address is not None else "." not in host or host.endswith(_LOCAL)
    yield Check("contact", "doctor-contact-local" if local else "doctor-contact-ok", {"url": url})


def folders(patient: Patient) -> Iterator[Check]:
    data = patient.config.data_dir
    if not data.exists():
        above = next(parent for parent in data.parents if parent.exists())
        rule = "doctor-data-new" if os.access(above, os.W_OK) else "doctor-data-unwritable"
        yield Check("data-folder", rule, {"path": str(data), "detail": ""})
        return
    try:
        with TemporaryDirectory(prefix=".doctor-", dir=data) as folder:
            (Path(folder) / "probe").write_bytes(_TRIAL)
    except OSError as error:
        # Said by the check of the disk, with what helps.
        if error.errno != errno.ENOSPC or shutil.disk_usage(data).free >= DISK_FULL:
            yield Check("data-folder", "doctor-data-unwritable", {"path": str(data), "detail": error.strerror or ""})
    else:
        yield Check("data-folder", "doctor-data-ok", {"path": str(data)})


def disk(patient: Patient) -> Iterator[Check]:
    """Each file system that something of ours lies on, told once."""
    seen: dict[int, list[str]] = {}
    where: dict[int, Path] = {}
    for name, folder in _places(patient.config):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        device = there.stat().st_dev
        seen.setdefault(device, []).append(name)
        where[device] = there
    for device, names in seen.items():
        free = shutil.disk_usage(where[device]).free
        rule = "doctor-disk-full" if free < DISK_FULL else "doctor-disk-low" if free < DISK_LOW else "doctor-disk-ok"
        yield Check("disk", rule, {"free": mebibytes(free), "what": ", ".join(names), "path": str(where[device])})


def secret_files(_: Patient) -> Iterator[Check]:
    """Files that tokens are kept in: only their owner may read them."""
    paths = token_files()
    leaking = [path for path in paths if path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH)]
    for path in leaking:
        mode = stat.S_IMODE(path.stat().st_mode)
        yield Check("token-files", "doctor-token-file-open", {"path": str(path), "mode": f"{mode:04o}"})
    if paths and not leaking:
        yield Check("token-files", "doctor-token-files-ok", {"count": str(len(paths))})


def _places(config: Config) -> Iterator[tuple[str, Path]]:
    try:
        file = file_of(config.database_url)
    except AllmendeError:
        file = None
    if file is not None:
        yield "database", file.parent
    yield "index", Path(urlsplit(config.search_url).path)
    yield "work", config.work_dir
