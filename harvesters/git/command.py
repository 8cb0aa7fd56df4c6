# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The git commands we run: exact argument lists, a clean environment and the configuration that hardens them.

Nothing is taken from this process's environment but where git lies. Settings travel in ``GIT_CONFIG_*`` variables, not
as arguments, and never have a URL in a key. Measured on git 2.39.5.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MEMORY_BYTES = 1024 * 2**20
OPEN_FILES = 64
"""Few, since git before 2.45 can be made to fetch missing objects recursively, two files a level."""
WHOLE_HISTORY = 2**31 - 1
"""Git's own number for "no limit". Always given: without a depth, a server that claims to be shallow makes git look for
the missing parents, which it then fetches one by one (measured: 128 nested fetches)."""
OLDEST_GIT = (2, 37)
"""The first with ``http.curloptResolve`` (2.37) and ``fetch --refetch`` and ``cat-file --batch-command`` (2.36)."""

LOG_FORMAT = "%H%x00%an%x00%ae%x00%ct%x00%at"

HARDENING: Mapping[str, str] = {
    "core.alternateRefsCommand": "true",
    "core.askPass": "/bin/false",
    "core.attributesFile": os.devnull,
    "core.bigFileThreshold": "1m",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.logAllRefUpdates": "false",
    "core.sshCommand": "/bin/false",
    "core.symlinks": "false",
    "credential.helper": "",
    "fetch.negotiationAlgorithm": "noop",
    "fetch.recurseSubmodules": "false",
    "fetch.uriProtocols": "",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.maxRequests": "1",
    "http.proxy": "",
    "http.saveCookies": "false",
    "http.sslVerify": "true",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "pack.threads": "1",
    "protocol.allow": "never",
    "protocol.version": "2",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
    "transfer.credentialsInUrl": "die",
}


@dataclass(frozen=True, slots=True)
class Network:
    """One checked address, and how patient we are with it."""

    url: str
    scheme: str
    pinned: str | None
    """``HOST:PORT:ADDRESS`` as curl takes it; None where the host is an address already."""
    user_agent: str
    low_speed_seconds: int


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits the kernel enforces on one git process and its children."""

    file_bytes: int
    cpu_seconds: int
    memory_bytes: int = MEMORY_BYTES


def fetch_arguments(folder: Path, *, depth: int, objects: str | None, again: bool) -> list[str]:
    """Fetches the oids given on standard input. ``objects`` is a filter of ours (``blob:none``, ``tree:0``)."""
    options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"]
    options += ["--no-progress", f"--depth={depth:d}"]
    # Said in so many words: without either, git would take the filter of its settings.
    options.append("--no-filter" if objects is None else f"--filter={objects}")
    if again:
        options.append("--refetch")
    return [*_git(folder), "fetch", *options, "--stdin", "--", "origin"]


def log_arguments(folder: Path, commit: str, most: int) -> list[str]:
    """One line a commit, newest first, at most ``most``."""
    return [*_git(folder), "log", f"--max-count={most:d}", f"--format={LOG_FORMAT}", "--no-color", commit, "--"]


def object_arguments(folder: Path) -> list[str]:
    return [*_git(folder), "cat-file", "--batch-command"]


def local_environment() -> dict[str, str]:
    """For commands that read the temporary clone: no protocol is allowed, so that nothing is fetched lazily."""
    return _environment(HARDENING, "none")


def network_environment(network: Network, *, checked: bool) -> dict[str, str]:
    """For fetches from one address. ``checked`` refuses malformed objects.

    Trees are fetched checked, histories are not: many an honest one holds a bad time zone, and git cannot lower the
    severity of a single fault in partial clones (measured on 2.39.5: ``fetch.fsck.*`` has no effect there). Trees with
    faults of that kind only are fetched once more without the check: see ``checking.py``.
    """
    settings = {
        **HARDENING,
        "transfer.fsckObjects": "true" if checked else "false",
        f"protocol.{network.scheme}.allow": "always",
        "http.lowSpeedLimit": "1",
        "http.lowSpeedTime": str(network.low_speed_seconds),
        "http.userAgent": network.user_agent,
        "remote.origin.url": network.url,
        # Both given, so that git writes neither into the clone's own configuration: what stays on disk has no remote.
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
    }
    if network.pinned is not None:
        settings["http.curloptResolve"] = network.pinned
    return _environment(settings, network.scheme)


def limited(arguments: Sequence[str], caps: Caps) -> list[str]:
    """The same command under resource limits, set by a program in between: never by code between fork and exec."""
    prlimit = program("prlimit")
    if prlimit is not None:
        limits = [f"--fsize={caps.file_bytes}", f"--cpu={caps.cpu_seconds}", f"--as={caps.memory_bytes}"]
        return [prlimit, *limits, f"--nofile={OPEN_FILES}", "--core=0", "--", *arguments]
    shell = (
        f"ulimit -f {max(1, caps.file_bytes // 512)}; ulimit -t {caps.cpu_seconds}; "
        f'ulimit -v {caps.memory_bytes // 1024}; ulimit -n {OPEN_FILES}; ulimit -c 0; exec "$@"'
    )
    return ["/bin/sh", "-c", shell, "sh", *arguments]


def version() -> tuple[int, ...] | None:
    """Git's version as numbers; None where there is no git."""
    if program("git") is None:
        return None
    arguments = [_git_program(), "version"]
    done = subprocess.run(arguments, env=local_environment(), capture_output=True, check=False)
    words = done.stdout.decode("ascii", "replace").split()
    return tuple(int(part) for part in words[2].split(".") if part.isdigit()) if len(words) > 2 else None


@cache
def can_pin() -> bool:
    """True when git is new enough to be tied to a checked address."""
    found = version()
    return found is not None and found >= OLDEST_GIT


@cache
def program(name: str) -> str | None:
    """Where a program lies."""
    return shutil.which(name)


def _git_program() -> str:
    return program("git") or "git"


def _git(folder: Path) -> list[str]:
    return [_git_program(), "--no-pager", "--no-replace-objects", "--literal-pathspecs", f"--git-dir={folder}"]


def _environment(settings: Mapping[str, str], protocols: str) -> dict[str, str]:
    home = str(Path(_git_program()).parent)
    environment = {
        "GIT_NO_LAZY_FETCH": "1",
        "PATH": os.pathsep.join([home, os.defpath]),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": protocols,
        "GIT_ASKPASS": "/bin/false",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_SSH_COMMAND": "/bin/false",
        "GIT_TERMINAL_PROMPT": "0",
        "SSH_ASKPASS": "/bin/false",
    }
    return environment | _numbered(settings.items())


def _numbered(settings: Iterable[tuple[str, str]]) -> dict[str, str]:
    numbered: dict[str, str] = {}
    for number, (key, value) in enumerate(settings):
        numbered[f"GIT_CONFIG_KEY_{number}"] = key
        numbered[f"GIT_CONFIG_VALUE_{number}"] = value
    return numbered | {"GIT_CONFIG_COUNT": str(len(numbered) // 2)}
