# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wheel carries everything and serves the demonstration outside the checkout."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git knows, so that leftovers in the checkout cannot hide what is missing."""
    source = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    target = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": ""},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files in a folder of their own: first on the path, before the checkout's."""
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def _missing(installed: Path, pattern: str, below: str, into: str) -> list[str]:
    found = [path.relative_to(ROOT / below) for path in (ROOT / below).glob(pattern)]
    assert found, f"nothing matches {below}/{pattern}"
    return [str(path) for path in found if not (installed / into / path).is_file()]


@pytest.mark.parametrize(
    ("pattern", "below", "into"),
    [
        ("**/*.html", "templates", "registry/templates"),
        ("versions/*.py", "migrations", "registry/migrations"),
        ("env.py", "migrations", "registry/migrations"),
        ("**/*.toml", "registry/vocabulary", "registry/vocabulary"),
        ("**/*.css", "registry/web/static", "registry/web/static"),
        ("**/*.woff2", "registry/web/static", "registry/web/static"),
        ("**/*.po", "registry/web/translations", "registry/web/translations"),
        ("*.toml", "harvesters/demo", "harvesters/demo"),
        ("**/*.txt", "harvesters/demo", "harvesters/demo"),
        ("**/*.py", "registry", "registry"),
        ("**/*.py", "harvesters", "harvesters"),
        ("py.typed", "registry", "registry"),
    ],
)
def test_the_wheel_carries(installed: Path, pattern: str, below: str, into: str) -> None:
    assert _missing(installed, pattern, below, into) == []


def test_the_wheel_names_licence_and_command(installed: Path) -> None:
    metadata = next(installed.glob("allmende-*.dist-info"))
    assert re.search(r"^License(-Expression)?: EUPL-1\.2$", (metadata / "METADATA").read_text(), re.MULTILINE)
    assert (metadata / "licenses" / "LICENSE").is_file()
    assert re.search(r"^allmende = registry\.cli:main$", (metadata / "entry_points.txt").read_text(), re.MULTILINE)


def _get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # a loopback address of our own
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.timeout(240)
def test_the_installed_wheel_serves_the_demo_and_ends_cleanly(installed: Path, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(installed),
        "ALLMENDE_DATA_DIR": str(tmp_path / "data"),
    }
    for start in ("first", "second"):
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "registry.cli", "serve", "--demo", "--port", str(port)],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + 120
            while _get(f"http://127.0.0.1:{port}/readyz")[0] != 200 and time.monotonic() < deadline:
                assert server.poll() is None, server.stdout.read().decode() if server.stdout else ""
                time.sleep(0.2)
            assert _get(f"http://127.0.0.1:{port}/readyz") == (200, b'{"ready":true,"reasons":[]}\n'), start
            status, body = _get(f"http://127.0.0.1:{port}/api/v1/solutions?q=Maengelmelder")
            answer = json.loads(body)
            assert status == 200
            assert answer["total"] >= 1, start
            status, body = _get(f"http://127.0.0.1:{port}/api/v1/solutions")
            assert json.loads(body)["total"] >= 50, start
            assert _get(f"http://127.0.0.1:{port}/")[0] == 200
            request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"SCRIPT_NAME": "/evil"})
            with urllib.request.urlopen(request, timeout=10) as page:
                assert b"/evil" not in page.read()
            assert _get(f"http://127.0.0.1:{port}/solutions/{answer['results'][0]['slug']}")[0] == 200
        finally:
            server.send_signal(signal.SIGTERM)
            output, _ = server.communicate(timeout=30)
        assert b"Traceback" not in output, output.decode()
        assert str(ROOT).encode() not in output
