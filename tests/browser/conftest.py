# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real server on loopback and Debian's chromium. Without chromium the tests are skipped, but not where CI is true."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page, Request, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.web.app import create_app
from support import registers
from support.catalogue import config, small_catalogue

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
_IN_CI = os.environ.get("CI", "").lower() == "true"

OpenPage = Callable[..., AbstractContextManager[Page]]


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def _whole(app: WSGIApplication) -> WSGIApplication:
    """Answers read to their end at once: the development server leaves a file open when a browser hangs up early."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    return whole


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a served small catalogue."""
    folder = tmp_path_factory.mktemp("browser")
    catalogue = small_catalogue(folder, copies=2)
    registers.put(catalogue.config.database_url)
    app = create_app(config(folder), catalogue)  # type: ignore[arg-type]
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
        catalogue.store.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not os.access(CHROMIUM, os.X_OK):
        if _IN_CI:
            pytest.fail(f"no chromium at {CHROMIUM}: in CI the browser tests must run")
        pytest.skip(f"no chromium at {CHROMIUM} (apt-get install chromium)")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        except Error as error:
            if _IN_CI:
                raise
            pytest.skip(f"chromium does not start: {str(error).splitlines()[0]}")
        yield started
        started.close()


class Watch:
    """Notes whatever a page must not do."""

    def __init__(self, page: Page, site: str) -> None:
        self.wrong: list[str] = []
        self._site = site
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("dialog", self._dialog)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself tells the console that an error page is one.
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _error(self, error: Error) -> None:
        self.wrong.append(f"error: {error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._site):
            self.wrong.append(f"off the host: {request.url}")


@pytest.fixture
def open_page(browser: Browser, site: str) -> OpenPage:
    """Opens a page in a fresh context; at its end nothing may have been wrong."""

    @contextmanager
    def opened(path: str, width: int = 1280, **context: Any) -> Iterator[Page]:
        with browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE", **context) as fresh:
            page = fresh.new_page()
            watch = Watch(page, site)
            page.goto(site + path)
            yield page
        assert watch.wrong == []

    return opened
