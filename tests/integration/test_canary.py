# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Secrets of the configuration, and those that strangers put into addresses, turn up nowhere: each is a canary."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from support.loopback import Loopback, Reply, Request
from support.terminal import Terminal

pytest_plugins = ("support.terminal_fixtures",)

CANARY = "canary"
TOKEN = "canary-token-0123456789"


def _echo(request: Request) -> Reply:
    """A server that throws back all that it was sent, wherever it can."""
    sent = request.headers.get("authorization", "") + request.headers.get("private-token", "")
    place = f"http://127.0.0.1:1/{TOKEN}?private_token={TOKEN}"
    return Reply(302, {"Location": place, "X-Told": sent, "Content-Type": "text/html"}, f"<b>{sent}</b>".encode())


def _files(folder: Path) -> bytes:
    """Everything below a folder, unpacked as far as we pack."""
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found += str(path).encode() + content
            for unpack in (zlib.decompress, gzip.decompress):
                try:
                    found += unpack(content)
                except (OSError, zlib.error, EOFError):
                    continue
    return found


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_reaches_a_stream_the_log_or_the_disk(terminal: Terminal, tmp_path: Path, form: str) -> None:
    with Loopback({"/api/v4/version": _echo, "/stadt/app/info/refs": _echo}) as server:
        for path in ("/api/v4/groups/stadt/projects", "/api/v4/users/stadt/projects", "/api/v4/groups/stadt"):
            server.routes[path] = _echo
        host = f"127.0.0.1:{server.port}"
        more = {
            f"ALLMENDE_TOKEN_127_0_0_1_{server.port}": TOKEN,
            "ALLMENDE_SECRET_KEY": "canary-secret-key",
            "ALLMENDE_EGRESS_ALLOW": f"{host},127.0.0.1:1",
            "ALLMENDE_LOG": form,
            "ALLMENDE_LOG_LEVEL": "debug",
            "ALLMENDE_RETRY_SECONDS": "0.1",
        }
        said = []
        for arguments in (
            ("source", "add", f"http://{host}/stadt", "--forge", "gitlab", "--kind", "organisation"),
            ("source", "add", f"http://erika:canary-password@{host}/stadt/app"),
            ("harvest", "run"),
            ("harvest", "run", "--url", f"http://{host}/stadt/app", "--forge", "git", "--json"),
            ("harvest", "test", f"http://erika:canary-password@{host}/stadt/app", "--json"),
            ("harvest", "status"),
            ("harvest", "history", "--json"),
            ("job", "list", "--json"),
            ("doctor", "--online"),
            ("config",),
        ):
            done = terminal(*arguments, **more)
            said.append((arguments, done.stdout + done.stderr))
        assert [request for request in server.requests if request.headers.get("private-token") == TOKEN]
    told = [(arguments, text) for arguments, text in said if CANARY in text]
    assert told == []
    kept = _files(tmp_path / "data")
    assert b"SQLite format 3" in kept
    assert CANARY.encode() not in kept


def test_a_fault_of_ours_is_told_without_secrets(tmp_path: Path) -> None:
    probe = (
        "import registry.cli as c, registry.cli.operate as o\n"
        "def broken(): raise ValueError('canary-token-0123456789 at https://erika:canary-2@git.example/?token=canary-3')\n"
        "o.shown = lambda config: broken()\n"
        "import sys; sys.argv = ['allmende', 'config']\nc.main()"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", probe],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "ALLMENDE_TOKEN_GITHUB_COM": TOKEN},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 70
    assert "ValueError" in done.stderr
    # The traceback quotes the line of this very test, which is no place for secrets; what was raised is told without.
    last = [line for line in done.stderr.splitlines() if line.startswith("ValueError")]
    assert last == ["ValueError: *** at https://***@git.example/?token=***"]
