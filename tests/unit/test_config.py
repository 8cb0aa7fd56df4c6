# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import stat
from pathlib import Path

import pytest

from registry.config import SETTINGS, Config, load, shown, ui_language, without_password
from registry.errors import ConfigError
from registry.model import HostPort


def _load(tmp_path: Path, **environ: str) -> Config:
    return load({"ALLMENDE_DATA_DIR": str(tmp_path), **environ})


def test_everything_has_a_default_below_the_data_directory(tmp_path: Path) -> None:
    config = _load(tmp_path)
    assert config.database_url == f"sqlite:///{tmp_path}/allmende.sqlite"
    assert config.search_url == f"whoosh://{tmp_path}/index"
    assert config.work_dir.parent == tmp_path
    assert config.egress.allow == frozenset()


def test_without_a_data_directory_it_is_the_users_own() -> None:
    with_home = {"HOME": "/nowhere/at/all", "ALLMENDE_SECRET_KEY": "x"}
    assert load(with_home).data_dir == Path("/nowhere/at/all/.local/share/allmende")
    assert load({**with_home, "XDG_DATA_HOME": "/xdg"}).data_dir == Path("/xdg/allmende")


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, second = _load(tmp_path).secret_key, _load(tmp_path).secret_key
    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git.example:443", {HostPort("git.example", 443)}),
        ("GIT.Example:8443, 127.0.0.1:80", {HostPort("git.example", 8443), HostPort("127.0.0.1", 80)}),
        ("[::1]:8080", {HostPort("::1", 8080)}),
        (" , ", set()),
    ],
)
def test_allowed_hosts(tmp_path: Path, text: str, expected: set[HostPort]) -> None:
    assert _load(tmp_path, ALLMENDE_EGRESS_ALLOW=text).egress.allow == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALLMENDE_EGRESS_ALLOW", "git.example"),
        ("ALLMENDE_EGRESS_ALLOW", "git.example:0"),
        ("ALLMENDE_EGRESS_ALLOW", "https://git.example:443"),
        ("ALLMENDE_EGRESS_ALLOW", "user@git.example:443"),
        ("ALLMENDE_EGRESS_ALLOW", "::1:80"),
        ("ALLMENDE_WORKERS", "0"),
        ("ALLMENDE_WORKERS", "many"),
        ("ALLMENDE_BASE_URL", "catalogue.example"),
        ("ALLMENDE_BASE_URL", "ftp://catalogue.example"),
        ("ALLMENDE_BASE_URL", "http://[::1"),
        ("ALLMENDE_BASE_URL", "http://catalogue.example:99999"),
        ("ALLMENDE_BASE_URL", "http://user@catalogue.example"),
    ],
)
def test_a_wrong_value_names_its_variable(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, **{variable: value})
    assert caught.value.subject == variable
    assert caught.value.detail in value


def test_environment_wins_over_file_variable_over_toml_over_default(tmp_path: Path) -> None:
    toml = tmp_path / "allmende.toml"
    toml.write_text("workers = 7\ngit_mib = 5\n")
    file = tmp_path / "workers"
    file.write_text("8\n")
    with_toml = {"ALLMENDE_CONFIG": str(toml)}
    assert _load(tmp_path, **with_toml).workers == 7
    assert _load(tmp_path, **with_toml).limits.git_bytes == 5 * 2**20
    assert _load(tmp_path, **with_toml, ALLMENDE_WORKERS_FILE=str(file)).workers == 8
    assert _load(tmp_path, **with_toml, ALLMENDE_WORKERS_FILE=str(file), ALLMENDE_WORKERS="9").workers == 9


def test_an_unknown_name_in_the_file_is_told(tmp_path: Path) -> None:
    toml = tmp_path / "allmende.toml"
    toml.write_text('wrokers = 7\ntoken_github_com = "x"\n')
    with pytest.raises(ConfigError, match=r"token_github_com, wrokers"):
        _load(tmp_path, ALLMENDE_CONFIG=str(toml))


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("canary-token-2\n")
    config = _load(
        tmp_path,
        ALLMENDE_DATABASE_URL="postgresql://user:canary-password@db.example/allmende?password=canary-query",
        ALLMENDE_SECRET_KEY="canary-key",
        ALLMENDE_TOKEN_GITHUB_COM="canary-token",
        ALLMENDE_TOKEN_GITLAB_EXAMPLE_FILE=str(token),
    )
    assert config.egress.tokens == {"GITHUB_COM": "canary-token", "GITLAB_EXAMPLE": "canary-token-2"}
    assert "canary" not in str(shown(config))
    assert "canary" not in repr(config)
    assert without_password("postgresql://u:p@h/d") == "postgresql://u:***@h/d"


def test_what_is_shown_covers_every_setting(tmp_path: Path) -> None:
    assert set(shown(_load(tmp_path))) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize(
    ("environ", "language"),
    [({}, "en"), ({"LANG": "de_DE.UTF-8"}, "de"), ({"LANG": "de_AT", "LC_ALL": "C"}, "en"), ({"LANG": "fr_FR"}, "en")],
)
def test_language_of_the_terminal(environ: dict[str, str], language: str) -> None:
    assert ui_language(environ) == language
