# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende serve``: the web server, and beside it, with --demo, the demonstration in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from registry.bootstrap import Catalogue, open_catalogue, utc_now
from registry.catalogue.harvesting import Report
from registry.cli.output import TerminalProgress, fill_register, fit_index, make_data_dir, open_migrated, print_error
from registry.config import Config, load
from registry.errors import HarvestRunning, InvalidInput
from registry.storage import migrate as migrations
from registry.web.app import create_app

_PATIENCE = 20.0
"""Seconds a harvest has to finish what is in flight when the server ends."""


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings; each worker opens its own catalogue after the fork."""

    def __init__(self, config: Config, address: str) -> None:
        self._config = config
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self._address,
            "workers": self._config.web_workers,
            "threads": self._config.web_threads,
            "worker_class": "gthread",
            "loglevel": "warning",
            "graceful_timeout": 10,
            "control_socket_disable": True,
            # By default gunicorn takes SCRIPT_NAME from a header of any client on loopback, so behind a proxy of all.
            "forwarder_headers": "",
            "limit_request_line": 8190,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self._config, open_catalogue(self._config))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, envvar="PORT")
@click.option("--demo", is_flag=True, help="Build, serve on loopback and harvest the demonstration repositories.")
@click.option("--migrate", is_flag=True, help="Bring an older database to this program's schema first.")
def serve(host: str, port: int, demo: bool, migrate: bool) -> None:
    """Serve the catalogue with gunicorn. A database that is not there yet is made."""
    config = load(default_base_url=f"http://{host}:{port}")
    config = config.with_demo() if demo else config
    _refuse_taken(host, port)
    make_data_dir(config)
    if migrate:
        migrations.upgrade(config.database_url)
    # Before the first page is asked for.
    fit_index(config)
    fill_register(config, open_migrated(config))
    click.echo(f"Allmende: http://{host}:{port}  (data in {config.data_dir}; Ctrl-C ends it)", err=True)
    if host not in ("127.0.0.1", "::1", "localhost"):
        click.echo("Put a buffering reverse proxy (nginx, Apache ...) before it: slow clients can block it.", err=True)
    companion = _start_demonstration(f"http://{host}:{port}") if demo else None
    try:
        _Server(config, f"{host}:{port}").run()
    finally:
        if companion is not None:
            _end(companion)


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InvalidInput(f"{host}:{port}", str(error.strerror), rule="port-taken") from None


def _start_demonstration(url: str) -> subprocess.Popen[bytes]:
    # It ends when its standard input closes, so it cannot outlive the server however that ends.
    return subprocess.Popen([sys.executable, "-m", "registry.cli", "demonstrate", url], stdin=subprocess.PIPE)


def _end(companion: subprocess.Popen[bytes]) -> None:
    """Let it store what it has read; it must not be left behind."""
    companion.terminate()
    try:
        companion.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        companion.kill()


@click.command()
@click.argument("url")
def demonstrate(url: str) -> None:
    """Build, serve and, at first start, harvest the demonstration; ends when standard input closes."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = load().with_demo()
    address = open_migrated(config).demonstration.claim_address()
    catalogue = open_migrated(config.allowing(address))
    demonstration = catalogue.demonstration
    harvested = catalogue.finding.readiness(demo=True).demo_harvested
    label = "Checking" if harvested else "Building"
    with click.progressbar(length=1, label=f"{label} the demonstration repositories", file=sys.stderr) as bar:

        def built(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        count = demonstration.prepare(utc_now(), built)
    try:
        server = demonstration.server()
        server.start()
    except OSError as error:
        click.echo(
            f"The demonstration repositories cannot be served at {address.host}:{address.port} "
            f"({error.strerror}): the catalogue works, harvesting them again does not.",
            err=True,
        )
        return
    try:
        if harvested:
            click.echo(f"The demonstration is there already, with {count} repositories. Open {url}", err=True)
        else:
            _first_harvest(catalogue, count, url)
        sys.stdin.buffer.read()
    finally:
        server.stop()


def _first_harvest(catalogue: Catalogue, count: int, url: str) -> None:
    click.echo(f"Harvesting {count} repositories over git ...", err=True)
    progress = TerminalProgress(total=count)
    report = _run_when_free(catalogue, progress)
    progress.end()
    total = sum(report.run.counts.values())
    if report.interrupted:
        click.echo(f"{total} of {count} repositories read; the next start goes on.", err=True)
        return
    click.echo(f"The demonstration is ready: {total} repositories read in {report.seconds:.0f} s. Open {url}", err=True)


def _run_when_free(catalogue: Catalogue, progress: TerminalProgress) -> Report:
    """Another harvest may be running, or its lease may not have run out yet: the demonstration waits for its turn."""
    told = False
    while True:
        try:
            return catalogue.harvesting.run(catalogue.demonstration.sources(), progress=progress, demo=True)
        except HarvestRunning as error:
            if not told:
                print_error(error)
            told = True
            time.sleep(2)
