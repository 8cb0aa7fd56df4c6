# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One small catalogue for all tests of the pages: they only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.web.app import create_app
from support.catalogue import SmallCatalogue, config, empty_catalogue, small_catalogue, unusable_catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalogue]:
    built = small_catalogue(tmp_path_factory.mktemp("small"), copies=2)
    yield built
    built.store.close()


@pytest.fixture(scope="session")
def app(catalogue: SmallCatalogue) -> Flask:
    return create_app(catalogue.config, catalogue)  # type: ignore[arg-type]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def empty_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    built = empty_catalogue(tmp_path_factory.mktemp("empty"))
    yield create_app(built.config, built).test_client()  # type: ignore[arg-type]
    built.store.close()


@pytest.fixture
def unusable_client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("unusable")
    return create_app(config(folder), unusable_catalogue(folder)).test_client()  # type: ignore[arg-type]
