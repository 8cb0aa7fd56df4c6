# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The loopback git server: real git against it, and what it must not serve."""

from __future__ import annotations

import gzip
import http.client
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harvesters.demo.server import GitServer
from support.repos import GIT_ENVIRONMENT, Commit, build, git

AT = 1_700_000_000
INFO = "/info/refs?service=git-upload-pack"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    build(tmp_path / "repos" / "stadt" / "app.git", [Commit(AT, {"README.md": b"# App\n"})])
    (tmp_path / "secret.txt").write_text("secret")
    with GitServer(tmp_path / "repos") as running:
        yield running


def ask(server: GitServer, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=10)
    try:
        connection.request(method, path, body or None, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def ls_remote(server: GitServer, name: str) -> str:
    arguments = ["git", "ls-remote", f"{server.base_url}/{name}"]
    return subprocess.run(arguments, env=GIT_ENVIRONMENT, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["stadt/app", "stadt/app.git"])
def test_git_clones_from_it(server: GitServer, tmp_path: Path, name: str) -> None:
    target = tmp_path / "clone.git"
    arguments = ["git", "clone", "-q", "--bare", "--filter=blob:none", f"{server.base_url}/{name}", str(target)]
    subprocess.run(arguments, env=GIT_ENVIRONMENT, check=True)
    assert git(target, "show", "HEAD:README.md") == "# App"
    assert ("GET", f"/{name}{INFO}") in server.requests
    assert ("POST", f"/{name}/git-upload-pack") in server.requests


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/stadt/app/info/refs"),
        ("GET", "/stadt/app/info/refs?service=git-receive-pack"),
        ("GET", "/stadt/app/HEAD"),
        ("GET", "/stadt/app/config"),
        ("GET", "/"),
        ("GET", f"/stadt/none{INFO}"),
        ("GET", f"/stadt{INFO}"),
        ("GET", f"/../secret.txt{INFO}"),
        ("GET", f"/stadt/../stadt/app{INFO}"),
        ("GET", f"/%2e%2e/%2e%2e/etc{INFO}"),
        ("GET", f"/stadt%2f..%2fstadt/app{INFO}"),
        ("GET", f"/stadt/app%00{INFO}"),
        ("GET", f"//etc{INFO}"),
        ("POST", "/stadt/app/git-receive-pack"),
        ("POST", "/stadt/app/info/refs"),
        ("POST", "/../repos/stadt/app/git-upload-pack"),
    ],
)
def test_nothing_else_is_served(server: GitServer, method: str, path: str) -> None:
    status, body = ask(server, method, path)
    assert (status, body) == (404, b"not found\n")


def test_a_link_out_of_the_root_is_not_served(server: GitServer, tmp_path: Path) -> None:
    build(tmp_path / "outside.git", [Commit(AT)])
    (tmp_path / "repos" / "link.git").symlink_to(tmp_path / "outside.git")
    assert ask(server, "GET", f"/link{INFO}")[0] == 404


def test_the_kept_answer_follows_every_change_of_a_ref(server: GitServer, tmp_path: Path) -> None:
    repository = tmp_path / "repos" / "stadt" / "app.git"
    first = ls_remote(server, "stadt/app")
    git(repository, "tag", "v1", "HEAD")
    tagged = ls_remote(server, "stadt/app")
    git(repository, "pack-refs", "--all")
    packed = ls_remote(server, "stadt/app")
    git(repository, "tag", "-d", "v1")
    assert "refs/tags/v1" not in first
    assert "refs/tags/v1" in tagged
    assert packed == tagged
    assert ls_remote(server, "stadt/app") == first


def test_a_compressed_request_is_understood(server: GitServer, tmp_path: Path) -> None:
    head = git(tmp_path / "repos" / "stadt" / "app.git", "rev-parse", "HEAD")
    wants = f"0032want {head}\n00000009done\n".encode()
    kind = "application/x-git-upload-pack-request"
    plain = ask(server, "POST", "/stadt/app/git-upload-pack", wants, Content_Type=kind)
    packed = ask(
        server, "POST", "/stadt/app/git-upload-pack", gzip.compress(wants), Content_Type=kind, Content_Encoding="gzip"
    )
    assert plain == packed
    assert plain[0] == 200
    assert plain[1].startswith(b"0008NAK\nPACK")


def test_a_huge_request_is_refused(server: GitServer) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=10)
    connection.putrequest("POST", "/stadt/app/git-upload-pack")
    connection.putheader("Content-Length", str(2**40))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_many_clients_at_once(server: GitServer) -> None:
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(ask(server, "GET", f"/stadt/app{INFO}")[0])) for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert seen == [200] * 24
    assert len(server.requests) == 24


def test_a_taken_port_is_an_os_error(server: GitServer, tmp_path: Path) -> None:
    port = urlsplit(server.base_url).port
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        GitServer(tmp_path, port=port)


def test_it_stops_with_a_connection_open(tmp_path: Path) -> None:
    server = GitServer(tmp_path)
    server.start()
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=10)
    connection.request("GET", "/")
    connection.getresponse().read()
    server.stop()
    server.stop()
    with pytest.raises(OSError, match=r"."):
        http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=2).connect()
    connection.close()
