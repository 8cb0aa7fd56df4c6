# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each check of ``allmende doctor`` on a thing that is well and on one that is not."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvesters.guard import Guard
from harvesters.http import HttpClient
from registry.bodies.core import CORE_VERSION
from registry.catalogue import doctoring_hosts, doctoring_machine, doctoring_register, doctoring_store
from registry.catalogue.doctoring import Check, Examination, Grade, Patient, examined
from registry.catalogue.doctoring_git import git
from registry.catalogue.doctoring_round import examinations
from registry.config import Config, load
from registry.errors import StorageError
from registry.model import ForgeKind, HostPort, Job, JobKind, RunState, Source, SourceKind
from registry.search.index import open_index
from registry.storage import migrate
from registry.storage.store import Store
from registry.vocabulary.rules import LANGUAGES, rules
from support import registers
from support.loopback import Loopback, as_json
from support.stored import NOW as STORED
from support.stored import new, url_of

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def config(folder: Path, **more: str) -> Config:
    return load({"ALLMENDE_DATA_DIR": str(folder), **more}, make=False)


def patient(found: Config, **more: object) -> Patient:
    def http() -> HttpClient:
        return HttpClient(Guard(found.egress), found.egress, found.limits)

    asked = Patient(found, Store.open(found.database_url), open_index(found.search_url), http, NOW)
    return replace(asked, **more)  # type: ignore[arg-type]


def checks(examination: Examination, found: Patient) -> Mapping[str, Check]:
    return {check.rule: check for check in examined(found, [("asked", examination)])}


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Patient]:
    """A catalogue with a database and nothing in it."""
    found = config(tmp_path)
    migrate.upgrade(found.database_url)
    asked = patient(found)
    yield asked
    asked.store.close()


def test_every_check_has_texts_that_say_what_to_do() -> None:
    for rule in [rule for rule in rules() if rule.startswith("doctor-")]:
        bad = Check("x", rule).grade is not Grade.OK
        for language in LANGUAGES:
            assert rules()[rule].message[language]
            assert bool(rules()[rule].hint[language]) == bad, rule


def test_every_check_in_the_code_has_a_rule_and_every_rule_a_check() -> None:
    folder = Path(doctoring_machine.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("doctoring*.py"))
    code += (folder.parent / "cli" / "doctor.py").read_text(encoding="utf-8")
    named = {word for word in code.replace('"', "\n").split("\n") if word.startswith("doctor-")}
    assert named - {"doctor-"} == {rule for rule in rules() if rule.startswith("doctor-")}


def test_this_machine_is_well(tmp_path: Path) -> None:
    asked = patient(config(tmp_path, ALLMENDE_BASE_URL="https://katalog.stadt-muster.de"))
    machine = [
        doctoring_machine.contact,
        doctoring_machine.folders,
        doctoring_machine.disk,
        doctoring_machine.clock,
        doctoring_machine.python,
        doctoring_machine.sandbox,
        doctoring_machine.certificates,
        git,
    ]
    found = list(examined(asked, [("machine", one) for one in machine]))
    assert {check.grade for check in found} == {Grade.OK}, found
    assert {"doctor-git-fetch-ok", "doctor-sandbox-ok", "doctor-contact-ok"} <= {check.rule for check in found}


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    found = list(examined(patient(config(folder)), examinations(online=False)))
    assert not folder.exists()
    rule_of = {check.name: check.rule for check in found}
    assert rule_of["data-folder"] == "doctor-data-new"
    assert rule_of["database"] == "doctor-database-new"
    assert not [check for check in found if check.grade is Grade.FAIL]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://[::1]:8000", "http://katalog", "https://10.1.2.3", "https://katalog.example"],
)
def test_a_contact_that_nobody_can_reach_is_warned_of(tmp_path: Path, url: str) -> None:
    asked = patient(config(tmp_path, ALLMENDE_BASE_URL=url))
    assert checks(doctoring_machine.contact, asked)["doctor-contact-local"].grade is Grade.WARN


@pytest.mark.parametrize(
    ("year", "rule"), [(2025, "doctor-clock-wrong"), (2101, "doctor-clock-wrong"), (2027, "doctor-clock-ok")]
)
def test_the_clock(tmp_path: Path, year: int, rule: str) -> None:
    assert rule in checks(doctoring_machine.clock, patient(config(tmp_path), now=datetime(year, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("free", "rule"),
    [(50 * 2**20, "doctor-disk-full"), (500 * 2**20, "doctor-disk-low"), (5 * 2**30, "doctor-disk-ok")],
)
def test_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, rule: str) -> None:
    class Usage:
        def __init__(self) -> None:
            self.free = free

    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage())
    assert set(checks(doctoring_machine.disk, patient(config(tmp_path)))) == {rule}


def test_a_full_disk_is_told_once_and_not_as_a_question_of_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", path)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "doctor-data-unwritable" in checks(doctoring_machine.folders, patient(config(tmp_path)))
    monkeypatch.setattr(doctoring_machine, "DISK_FULL", 2**62)
    asked = patient(config(tmp_path))
    assert checks(doctoring_machine.folders, asked) == {}
    assert "doctor-disk-full" in checks(doctoring_machine.disk, asked)


def test_a_data_folder_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    found = checks(doctoring_machine.folders, patient(config(tmp_path / "file")))
    assert found["doctor-data-unwritable"].grade is Grade.FAIL


def test_files_of_tokens_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("canary-token\n")
    monkeypatch.setenv("ALLMENDE_TOKEN_GITHUB_COM_FILE", str(token))
    token.chmod(0o644)
    found = checks(doctoring_machine.secret_files, patient(config(tmp_path)))
    assert found["doctor-token-file-open"].params == {"path": str(token), "mode": "0644"}
    assert found["doctor-token-file-open"].grade is Grade.FAIL
    token.chmod(0o640)
    assert "doctor-token-files-ok" in checks(doctoring_machine.secret_files, patient(config(tmp_path)))


def test_a_git_without_its_parts_is_found_by_trying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvesters.git.command.OLDEST_GIT", (99, 0))
    assert checks(git, patient(config(tmp_path)))["doctor-git-old"].grade is Grade.FAIL
    monkeypatch.undo()
    # As a system without git-remote-http answers.
    monkeypatch.setattr("registry.catalogue.doctoring_git._HOST", "doctor.invalid.")
    assert checks(git, patient(config(tmp_path)))["doctor-git-fetch-broken"].grade is Grade.FAIL


# --- what is stored ---


def test_a_whole_database_is_well(whole: Patient) -> None:
    found = checks(doctoring_store.database, whole)
    assert set(found) == {"doctor-schema-ok", "doctor-database-ok", "doctor-integrity-ok"}
    assert found["doctor-database-ok"].params["kind"] == "SQLite"
    assert "doctor-sources-none" in checks(doctoring_store.sources, whole)
    assert set(checks(doctoring_store.index, whole)) == {"doctor-index-empty"}


def test_a_damaged_database_is_told(whole: Patient, tmp_path: Path) -> None:
    whole.store.close()
    path = tmp_path / "allmende.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_job_kind_state_run_after'"
        ).fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\x0a" + b"\xff" * 200)
    found = checks(doctoring_store.database, whole)
    assert found["doctor-integrity-broken"].grade is Grade.FAIL, found


def test_a_database_that_may_not_be_written_is_told_before_anything_else(
    whole: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctoring_store, "is_writable", lambda _: False)

    def refused(url: str) -> str:
        raise StorageError(url, "attempt to write a readonly database", rule="storage-readonly")

    monkeypatch.setattr("registry.storage.migrate.current", refused)
    assert list(checks(doctoring_store.database, whole)) == ["doctor-database-readonly", "storage-readonly"]


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "allmende.sqlite").write_bytes(b"This is no database at all. " * 400)
    found = checks(doctoring_store.database, patient(config(tmp_path)))
    assert [check.grade for check in found.values()] == [Grade.FAIL]
    assert "storage-failed" in found


def test_a_database_of_another_version_is_told(whole: Patient, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "allmende.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert checks(doctoring_store.database, whole)["schema-mismatch"].grade is Grade.FAIL


def test_a_check_that_takes_too_long_ends_without_a_finding(whole: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctoring_store, "_CHECK_SECONDS", 0.0)
    monkeypatch.setattr("registry.storage.examining._STEPS", 1)
    assert "doctor-integrity-unfinished" in checks(doctoring_store.database, whole)


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    lost = config(tmp_path, ALLMENDE_DATABASE_URL="postgresql://allmende:canary@127.0.0.1:1/allmende?connect_timeout=2")
    found = list(examined(patient(lost), examinations(online=True)))
    assert "storage-failed" in {check.rule for check in found if check.grade is Grade.FAIL}
    assert "canary" not in str(found)


def test_an_index_that_is_behind_or_differs(whole: Patient) -> None:
    run = whole.store.begin_run(NOW)
    whole.store.save(run.id, [new(url_of(1))], NOW)
    assert checks(doctoring_store.index, whole)["doctor-index-unfit"].params == {"count": "1"}
    whole.index.rebuild((), 0)
    assert checks(doctoring_store.index, whole)["doctor-index-behind"].params == {"count": "1"}
    whole.store.outbox_done([entry.seq for entry in whole.store.outbox_pending(10)])
    assert "doctor-index-ok" in checks(doctoring_store.index, whole)
    deep = checks(doctoring_store.index, replace(whole, deep=True))
    assert deep["doctor-index-drift"].params == {"missing": "1", "extra": "0", "stale": "0"}


def _source(store: Store, url: str, forge: ForgeKind = ForgeKind.GITHUB) -> Source:
    return store.add_source(Source("", url, SourceKind.ORGANISATION, forge, NOW))


def test_tokens_are_named_by_host_and_never_shown(whole: Patient, tmp_path: Path) -> None:
    _source(whole.store, "https://github.com/stadt")
    assert "doctor-token-github" in checks(doctoring_store.tokens, whole)
    tokens = {"ALLMENDE_TOKEN_GITHUB_COM": "canary-1", "ALLMENDE_TOKEN_GITLAB_EXAMPLE": "canary-2"}
    given = replace(whole, config=config(tmp_path, **tokens))
    found = checks(doctoring_store.tokens, given)
    assert found["doctor-tokens-ok"].params == {"hosts": "GITHUB_COM"}
    assert found["doctor-token-unused"].params == {"variable": "ALLMENDE_TOKEN_GITLAB_EXAMPLE"}
    assert "canary" not in str(found)


def test_runs_that_are_old_dead_or_of_the_future(whole: Patient) -> None:
    assert set(checks(doctoring_store.runs, whole)) == {"doctor-jobs-ok"}
    _source(whole.store, "https://github.com/stadt")
    assert "doctor-run-never" in checks(doctoring_store.runs, whole)
    run = whole.store.begin_run(NOW, lease_seconds=60)
    job = Job(whole.store.new_id(), JobKind.REPOSITORY, url_of(1), run_id=run.id, run_after=NOW)
    whole.store.jobs.enqueue([job], NOW)
    whole.store.jobs.claim("process 1 on elsewhere", NOW, 1, 60, [JobKind.REPOSITORY], run.id)
    later = replace(whole, now=NOW + timedelta(hours=2))
    stuck = checks(doctoring_store.runs, later)
    assert stuck["doctor-jobs-stuck"].grade is Grade.WARN
    assert "alert-run-dead" in checks(doctoring_store.warnings, later)
    whole.store.end_run(run.id, RunState.DONE, NOW)
    assert checks(doctoring_store.runs, later)["doctor-run-ok"].params["hours"] == "2"
    assert "doctor-clock-back" in checks(doctoring_store.runs, replace(whole, now=NOW - timedelta(hours=2)))


# --- the forges ---


def test_what_older_readers_have_read_is_told_with_what_helps(whole: Patient) -> None:
    assert checks(doctoring_store.readers, whole) == {}
    run = whole.store.begin_run(NOW)
    whole.store.save(run.id, [new(url_of("a"))], NOW)
    check = checks(doctoring_store.readers, whole)["readers-newer"]
    assert (check.grade, check.params) == (Grade.WARN, {"count": "1"})
    assert "allmende reread" in rules()[check.rule].hint["de"]


def test_forges_are_asked_only_when_wanted_and_once_a_host(whole: Patient, tmp_path: Path) -> None:
    with Loopback({"/api/v4/version": as_json({"version": "17"}, RateLimit_Remaining="1200")}) as server:
        for name in ("eins", "zwei"):
            _source(whole.store, f"{server.url}/{name}", ForgeKind.GITLAB)
        tokens = {f"ALLMENDE_TOKEN_127_0_0_1_{server.port}": "canary"}
        asked = patient(config(tmp_path, ALLMENDE_EGRESS_ALLOW=f"127.0.0.1:{server.port}", **tokens))
        list(examined(asked, examinations(online=False)))
        assert server.targets() == []
        found = checks(doctoring_hosts.hosts, asked)
        assert server.targets() == ["/api/v4/version"]
        assert found["doctor-host-left"].params == {"host": f"127.0.0.1:{server.port}", "left": "1200"}
        server.routes["/api/v4/version"] = as_json({}, RateLimit_Remaining="3")
        assert checks(doctoring_hosts.hosts, asked)["doctor-host-limit"].grade is Grade.WARN
        server.routes["/api/v4/version"] = replace(as_json({"message": "401 Unauthorized"}), status=401)
        assert checks(doctoring_hosts.hosts, asked)["doctor-host-token"].grade is Grade.FAIL
        asked = replace(asked, config=config(tmp_path, ALLMENDE_EGRESS_ALLOW=f"127.0.0.1:{server.port}"))
        bare = patient(asked.config)
        assert set(checks(doctoring_hosts.hosts, bare)) == {"doctor-host-ok"}
    assert checks(doctoring_hosts.hosts, bare)["doctor-host-broken"].grade is Grade.FAIL


@pytest.mark.parametrize(
    ("url", "forge", "address"),
    [
        ("https://github.com/stadt", ForgeKind.GITHUB, "https://api.github.com/rate_limit"),
        ("https://git.example/stadt", ForgeKind.GITHUB, "https://git.example/api/v3/rate_limit"),
        ("https://git.example/stadt/amt", ForgeKind.GITLAB, "https://git.example/api/v4/version"),
        ("https://codeberg.org/stadt", ForgeKind.FORGEJO, "https://codeberg.org/api/v1/version"),
        ("https://git.example/a/b", ForgeKind.GIT, "https://git.example/a/b/info/refs?service=git-upload-pack"),
    ],
)
def test_what_is_asked_costs_a_forge_little(url: str, forge: ForgeKind, address: str) -> None:
    assert doctoring_hosts.probe(Source("1", url, SourceKind.ORGANISATION, forge, NOW)) == address


def test_an_examination_that_breaks_is_a_finding_and_the_next_goes_on(tmp_path: Path) -> None:
    def broken(_: Patient) -> Iterator[Check]:
        raise StorageError("the database", "broke")

    def worse(_: Patient) -> Iterator[Check]:
        raise ZeroDivisionError

    found = list(
        examined(patient(config(tmp_path)), [("one", broken), ("two", worse), ("three", doctoring_machine.python)])
    )
    assert [(check.name, check.rule) for check in found] == [
        ("one", "storage-failed"),
        ("two", "internal"),
        ("python", "doctor-python-ok"),
    ]


def test_a_check_by_an_operators_own_forge_obeys_the_guard(whole: Patient) -> None:
    _source(whole.store, "http://127.0.0.1:9/stadt", ForgeKind.GITLAB)
    assert HostPort("127.0.0.1", 9) not in whole.config.egress.allow
    assert checks(doctoring_hosts.hosts, whole)["doctor-host-broken"].grade is Grade.FAIL


# --- the register of bodies ---


def on_the_register(asked: Patient) -> dict[str, dict[str, str]]:
    return {check.rule: dict(check.params) for check in doctoring_register.register(asked)}


def test_an_empty_register_is_warned_of(whole: Patient) -> None:
    assert on_the_register(whole) == {"doctor-register-empty": {}}


def test_a_register_says_how_much_it_knows_and_how_old_its_keys_are(whole: Patient) -> None:
    registers.put(whole.config.database_url)
    fresh = replace(whole, now=datetime(2026, 6, 1, tzinfo=UTC))
    found = on_the_register(fresh)
    assert found["doctor-register-ok"] == {"count": "10", "keyed": "8", "as_of": registers.AS_OF}
    assert "doctor-register-outdated" in found
    later = on_the_register(replace(whole, now=datetime(2027, 9, 1, tzinfo=UTC)))
    assert later["doctor-register-old"]["as_of"] == registers.AS_OF


def test_a_current_core_is_nothing_to_tell(whole: Patient) -> None:
    registers.put(whole.config.database_url)
    whole.store.bodies.set_core_version(CORE_VERSION)
    assert "doctor-register-outdated" not in on_the_register(whole)


def test_no_core_wanted_is_none_missed(whole: Patient) -> None:
    registers.put(whole.config.database_url)
    unwanted = replace(whole, config=replace(whole.config, register_core=False))
    assert "doctor-register-outdated" not in on_the_register(unwanted)


def test_without_a_database_there_is_no_register_to_look_at(tmp_path: Path) -> None:
    assert on_the_register(patient(config(tmp_path))) == {}


def test_solutions_of_nobody_are_counted(whole: Patient) -> None:
    registers.put(whole.config.database_url)
    run = whole.store.begin_run(STORED)
    whole.store.save(run.id, [new("https://git.example/a/b")], STORED)
    assert on_the_register(whole)["doctor-register-unresolved"] == {"count": "1"}
