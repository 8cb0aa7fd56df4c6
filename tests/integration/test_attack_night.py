# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One whole harvest over hostile repositories, servers, a forge and a catalogue at once, on a hostile machine.

Nothing of theirs runs (a canary file), nothing of ours leaks (a canary variable), and every item is explained.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harvesters.demo.server import GitServer
from registry.vocabulary.rules import rules
from support.gitdoor import is_empty, processes_about
from support.hostile_town import NOW, README, build_repositories, forge_routes, servers, slow_servers
from support.loopback import Loopback, as_json
from support.repos import Commit, build

CANARY = "canary-7f3a9c-never-told"
FORGE_TOKEN = "token-41d2b8-for-the-forge-only"
NIGHT = Path(__file__).parents[1] / "support" / "hostile_night.py"
FINE = {"good", "submodules", "hooks", "names", "large-files", "links", "history-bomb", "tree-bomb", "odd-refs",
        "pack-elsewhere", "scripts", "honest"}  # fmt: skip
"""Odd as they are, they can be read without harm."""


@dataclass
class Dawn:
    """What is left after the night."""

    told: dict[str, Any]
    log: str
    seconds: float
    folder: Path
    canary: Path
    commands: str
    """Arguments of every git that ran."""
    environments: str
    """And what these saw of the environment, but for the one that GitPython asks for its version."""
    asked: dict[str, list[Any]]
    """By server: forge, peer, servers, trap."""


def _hostile_machine(folder: Path, canary: Path) -> dict[str, str]:
    """Settings, hooks, templates and programs that make the canary file if anybody heeds them."""
    touch = f"touch {canary}"
    home, bin_ = folder / "home", folder / "bin"
    hooks = home / "template" / "hooks"
    hooks.mkdir(parents=True)
    bin_.mkdir()
    for hook in ("reference-transaction", "post-checkout", "post-index-change", "pre-auto-gc", "post-update"):
        (hooks / hook).write_text(f"#!/bin/sh\n{touch}\n")
        (hooks / hook).chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = {touch}\n\taskPass = {touch}\n\tsshCommand = {touch}\n"
        f"\talternateRefsCommand = {touch}\n\tpager = {touch}\n[credential]\n\thelper = !{touch}\n"
        f'[init]\n\ttemplateDir = {home}/template\n[filter "lfs"]\n\tsmudge = {touch}\n\tprocess = {touch}\n'
        f'[url "ext::sh -c touch% {canary} "]\n\tinsteadOf = http://\n[protocol]\n\tallow = always\n'
        f'[protocol "ext"]\n\tallow = always\n[http]\n\tproxy = http://127.0.0.1:1\n[gpg]\n\tprogram = {touch}\n'
    )
    (home / ".netrc").write_text(f"machine 127.0.0.1 login eve password {CANARY}\n")
    for name in ("ssh", "git-lfs", "askpass"):
        (bin_ / name).write_text(f"#!/bin/sh\n{touch}\n")
        (bin_ / name).chmod(0o755)
    (bin_ / "git").write_text(
        f'#!/bin/sh\necho "$@" >>{folder}/commands\n[ "$1" = version ] || env >>{folder}/environments\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    (bin_ / "git").chmod(0o755)
    return {
        "PATH": f"{bin_}:{os.environ['PATH']}", "HOME": str(home), "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"), "GIT_CONFIG_SYSTEM": str(home / ".gitconfig"),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": touch,
        "GIT_CONFIG_PARAMETERS": f"'core.sshCommand'='{touch}'", "GIT_TEMPLATE_DIR": str(home / "template"),
        "GIT_SSH_COMMAND": touch, "GIT_ASKPASS": str(bin_ / "askpass"), "SSH_ASKPASS": str(bin_ / "askpass"),
        "GIT_PROXY_COMMAND": touch, "GIT_EXTERNAL_DIFF": touch, "GIT_PAGER": touch,
        "GIT_ALLOW_PROTOCOL": "ext:file:ssh", "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/", "GIT_SSL_NO_VERIFY": "1",
        "http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def dawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dawn]:
    folder = tmp_path_factory.mktemp("night")
    canary, root = folder / "canary", folder / "repos"
    (root / "stadt").mkdir(parents=True)
    machine = _hostile_machine(folder, canary)
    with ExitStack() as stack:
        trap, peer, odd, slow = (stack.enter_context(Loopback()) for _ in range(4))
        names = build_repositories(root, canary, trap.url)
        build(root / "stadt" / "honest.git", [Commit(NOW, {"README.md": README.replace(b"Bauhof", b"Friedhof")})])
        heard: list[Any] = []

        def beside(path: str, headers: Any) -> Any:
            heard.append((path, str(headers)))
            answer = routes.get(path.partition("?")[0])
            return None if answer is None else (answer.status, dict(answer.headers), answer.body)

        town = stack.enter_context(GitServer(root, beside=beside))
        routes: dict[str, Any] = forge_routes(town.base_url, trap.url)
        hostile = servers(trap.url)
        odd.routes.update(hostile.routes)
        late = slow_servers(trap.url)
        slow.routes.update(late.routes)
        urls = [f"{town.base_url}/{name}" for name in names] + [f"{odd.url}/x/{name}" for name in hostile.names]
        urls += [f"{slow.url}/x/{name}" for name in late.names]
        listed = [f"{trap.url}/a/b", "file:///etc/passwd", f"{town.base_url}/good", "ext::sh -c x", 10**300, None]
        deep: Any = "x"
        for _ in range(300):
            deep = [deep]
        peer.routes["/list"] = as_json([{"url": url, "name": deep} for url in listed])
        opened = ",".join(f"127.0.0.1:{url.rpartition(':')[2]}" for url in (town.base_url, odd.url, slow.url, peer.url))
        port = town.base_url.rpartition(":")[2]
        environment = {
            **machine, "ALLMENDE_DATA_DIR": str(folder / "data"), "ALLMENDE_EGRESS_ALLOW": opened,
            "ALLMENDE_GIT_SECONDS": "6", "ALLMENDE_HTTP_SECONDS": "4", "ALLMENDE_RETRY_SECONDS": "0.1",
            "ALLMENDE_SECRET_KEY": CANARY + "-key-0123456789abcdef0123456789", "ALLMENDE_TOKEN_GITHUB_COM": CANARY,
            f"ALLMENDE_TOKEN_127_0_0_1_{port}": FORGE_TOKEN, "ALLMENDE_BASE_URL": "http://127.0.0.1:8000",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }  # fmt: skip
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, str(NIGHT), f"{town.base_url}/stadt", f"{peer.url}/list", *urls],
            env=environment, capture_output=True, text=True, timeout=150, check=False,
        )  # fmt: skip
        seconds = time.monotonic() - started
        asked = {
            "forge": heard,
            "peer": peer.requests,
            "servers": odd.requests + slow.requests,
            "trap": [trap.connections],
        }
        assert done.returncode == 0, done.stderr[-3000:]
        yield Dawn(
            json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr, seconds, folder, canary,
            _read(folder / "commands"), _read(folder / "environments"), asked,
        )  # fmt: skip


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.exists() else ""


def test_the_night_ends_and_every_item_is_explained(dawn: Dawn) -> None:
    assert dawn.told["state"] == "done"
    items = dawn.told["items"]
    assert len(items) >= 40
    known = rules()
    for url, (status, rule, _) in items.items():
        name = url.rpartition("/")[2]
        if status in ("new", "changed", "unchanged", "skipped", "moved"):
            continue
        assert status in ("failed", "refused", "gone"), url
        assert rule in known, (url, rule)
        assert name not in FINE, (url, rule)
    fine = {url.rpartition("/")[2] for url, (status, *_) in items.items() if status == "new"}
    assert fine >= FINE


def test_nothing_of_theirs_ran(dawn: Dawn) -> None:
    assert not dawn.canary.exists()
    assert not [path for path in dawn.folder.rglob("canary*") if path.is_file()]
    assert "--git-dir=" in dawn.commands, "git itself was asked for some of them"
    assert "touch" not in dawn.commands
    assert "touch" not in dawn.environments


def test_nobody_was_asked_who_was_not_to_be(dawn: Dawn) -> None:
    assert dawn.asked["trap"] == [0]
    assert len(dawn.asked["servers"]) < 200
    assert len(dawn.asked["peer"]) < 5


def test_the_canary_variable_is_nowhere(dawn: Dawn) -> None:
    assert CANARY not in dawn.commands
    assert CANARY not in dawn.environments
    assert CANARY not in dawn.log
    assert CANARY not in str(dawn.asked)
    for path in (dawn.folder / "data").rglob("*"):
        if path.is_file() and "secret" not in path.name:
            assert CANARY.encode() not in path.read_bytes(), path


def test_a_token_went_to_the_api_of_its_host_only(dawn: Dawn) -> None:
    with_token = {path.partition("?")[0] for path, headers in dawn.asked["forge"] if FORGE_TOKEN in headers}
    assert with_token
    assert all(path.startswith("/api/v3/") for path in with_token)
    elsewhere = {name: asked for name, asked in dawn.asked.items() if name != "forge"}
    assert FORGE_TOKEN not in str(elsewhere)
    assert FORGE_TOKEN not in dawn.log + dawn.commands + dawn.environments
    database = sqlite3.connect(dawn.folder / "data" / "allmende.sqlite")
    assert FORGE_TOKEN not in "\n".join(database.iterdump())
    database.close()


def test_no_terminal_is_spoken_to(dawn: Dawn) -> None:
    assert not set("\x1b\x07") & set(dawn.log)


def test_nothing_stays(dawn: Dawn) -> None:
    assert list((dawn.folder / "data").rglob("clone-*")) == []
    assert is_empty(dawn.folder / "data" / "work")
    assert processes_about(str(dawn.folder)) == []


def test_time_and_memory_are_bounded(dawn: Dawn) -> None:
    # Some of these servers never end by themselves; the bombs hold gigabytes.
    assert dawn.seconds < 120
    assert 20 * 1024 < dawn.told["kib"] < 300 * 1024
