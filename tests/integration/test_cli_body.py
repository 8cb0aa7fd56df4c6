# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende body`` as people and scripts meet it: names, keys, lists, merges, odd terminals."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from registry.bootstrap import Catalogue, open_catalogue
from registry.cli import main, output
from registry.config import Config
from registry.model import BodyEventKind
from registry.storage.store import Store
from support import registers
from support.registers import NEUSTADT_BW, ULM, VILLAGE, put
from support.stored import NOW, new

pytest_plugins = ("support.databases",)

PROMISED = {"name", "kind", "land", "ars", "score"}
"""Keys that whoever reads the JSON may count on."""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Command = Callable[..., Done]


@pytest.fixture
def empty(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """``allmende body`` in this process, on an empty register."""
    monkeypatch.setenv("ALLMENDE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ALLMENDE_DATABASE_URL", migrated_url)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    opened: list[Catalogue] = []

    def noted(config: Config) -> Catalogue:
        opened.append(open_catalogue(config))
        return opened[-1]

    monkeypatch.setattr(output, "open_catalogue", noted)

    def run(*arguments: str, stdin: bytes = b"", **more: str) -> Done:
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["allmende", "body", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            main()
        while opened:
            opened.pop().store.close()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Done(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def body(empty: Command, migrated_url: str) -> Command:
    put(migrated_url)
    return empty


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """In a process of its own, on a SQLite file with the small register."""
    url = f"sqlite:///{tmp_path / 'data' / 'allmende.sqlite'}"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "ALLMENDE_DATA_DIR": str(tmp_path / "data"),
        "ALLMENDE_REGISTER_CORE": "no", "LANG": "de_DE.UTF-8",
    }  # fmt: skip

    def run(arguments: Sequence[str], streams: str = "", stdin: bytes = b"", **more: str) -> Any:
        command = ["sh", "-c", f'"$@" {streams}', "sh", sys.executable, "-m", "registry.cli", "body", *arguments]
        return subprocess.run(
            command, env={**environment, **more}, input=stdin, capture_output=True, check=False, timeout=60
        )

    run(["list"])
    put(url)
    return run


# --- find ---


def test_one_that_fits(body: Command) -> None:
    found = body("find", "Stadt Ulm", "--json").json
    assert (found["query"], found["outcome"]) == ("Stadt Ulm", "match")
    [ulm] = found["bodies"]
    assert {name: ulm[name] for name in PROMISED} == {
        "name": "Ulm", "kind": "town", "land": "Baden-Württemberg", "ars": "084210000000", "score": 1.0,
    }  # fmt: skip
    assert (ulm["title"], ulm["slug"], ulm["land_code"], ulm["ags"]) == ("Stadt Ulm", "ulm", "DE-BW", "08421000")
    assert set(found) == {"query", "outcome", "bodies"}


def test_several_that_fit(body: Command) -> None:
    found = body("find", "Neustadt", "--json").json
    assert found["outcome"] == "ambiguous"
    assert {one["land"] for one in found["bodies"]} == {"Baden-Württemberg", "Schleswig-Holstein"}
    assert all(set(one) >= PROMISED for one in found["bodies"])
    told = body("find", "Neustadt")
    assert told.code == 0
    assert told.out.startswith('Several fit "Neustadt"')
    rows = told.out.splitlines()[1:]
    assert any("Schleswig-Holstein" in row and "Musterkreis" in row and "019900002002" in row for row in rows)
    assert len({row.index(word) for row in rows for word in ("Baden-W", "Schleswig") if word in row}) == 1


def test_nobody(body: Command) -> None:
    done = body("find", "Quatschhausen", "--json")
    assert done.json == {"query": "Quatschhausen", "outcome": "unknown", "bodies": []}
    told = body("find", "Quatschhausen")
    assert (told.code, "body list --text" in told.out) == (0, True)


def test_a_misspelling_is_never_a_match(body: Command) -> None:
    found = body("find", "Musterdrof", "--json").json
    assert found["outcome"] == "ambiguous"
    assert [one["slug"] for one in found["bodies"]] == ["musterdorf"]
    assert 'Nothing is called exactly "Musterdrof"' in body("find", "Musterdrof").out


def test_a_foreign_body(body: Command) -> None:
    [bern] = body("find", "Bern", "--json").json["bodies"]
    assert (bern["land"], bern["ars"], bern["region"], bern["country"]) == (None, None, "Bern", "CH")


def test_what_became_a_part_of_another_leads_there(body: Command) -> None:
    found = body("find", "Altdorf", "--json").json
    assert [one["slug"] for one in found["bodies"]] == ["musterdorf"]


@pytest.mark.parametrize(
    ("key", "slugs"),
    [("08421000", ["ulm"]), ("0842 1000 0000", ["ulm"]), ("019905001009", ["musterdorf"]), ("17421000", [])],
)
def test_a_key_is_found_too(body: Command, key: str, slugs: list[str]) -> None:
    found = body("find", key, "--json").json
    assert ([one["slug"] for one in found["bodies"]], found["outcome"]) == (slugs, "match" if slugs else "unknown")


@pytest.mark.parametrize("land", ["DE-SH", "sh", "Schleswig-Holstein", "SCHLESWIG-HOLSTEIN", "01"])
def test_the_land_tells_apart(body: Command, land: str) -> None:
    found = body("find", "Neustadt", "--land", land, "--json").json
    assert (found["outcome"], found["bodies"][0]["slug"]) == ("match", "neustadt-sh")


@pytest.mark.parametrize(
    ("more", "outcome"), [(("--country", "at"), "unknown"), (("--kind", "county"), "unknown"), ((), "match")]
)
def test_country_and_kind_exclude(body: Command, more: tuple[str, ...], outcome: str) -> None:
    assert body("find", "Ulm", *more, "--json").json["outcome"] == outcome


def test_names_from_standard_input(body: Command) -> None:
    done = body("find", "-", stdin="\ufeffUlm\r\n\nNeustadt\nQuatsch\n".encode() + b"K\xf6ln")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [(one["query"], one["outcome"]) for one in found] == [
        ("Ulm", "match"), ("", "unknown"), ("Neustadt", "ambiguous"), ("Quatsch", "unknown"), ("K\ufffdln", "unknown"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", " ", "?", "\x1b[31mUlm", "ü" * 5000, "'; DROP TABLE body; --", "%", "K\udcf6ln"])
def test_odd_names_are_asked_for_as_any_other(body: Command, name: str) -> None:
    assert body("find", name, "--json").json["outcome"] in ("unknown", "match", "ambiguous")
    assert "\x1b[31m" not in body("find", name).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("find",), "Missing argument"),
        (("find", "Ulm", "--land", "Atlantis"), "is no German Land"),
        (("find", "Ulm", "--country", "Germany"), "is no country of two letters"),
        (("find", "Ulm", "--kind", "village"), "Invalid value"),
        (("list", "--size", "huge"), "Invalid value"),
        (("list", "--page", "0"), "Invalid value"),
        (("show",), "Missing argument"),
        (("show", "Quatschhausen"), "knows nothing by"),
        (("show", "08421001"), "knows nothing by"),
        (("show", "8421000"), "leading zero"),
        (("show", "99421000"), "no such Land"),
        (("show", "bfs:9999"), "knows nothing by"),
        (("show", "Neustadt"), "Several fit"),
        (("show", ""), "knows nothing by"),
        (("merge", "ulm"), "Missing argument"),
        (("merge", "ulm", "ulm", "--yes"), "cannot become a part of itself"),
        (("merge", "ulm", "bern", "--yes"), "different countries"),
        (("merge", "ulm", "altdorf", "--yes"), "does not exist any more"),
        (("merge", "altdorf", "ulm", "--yes"), "became a part of"),
        (("merge", "ulm", "nirgends", "--yes"), "knows nothing by"),
        (("import", "/nowhere/at/all.csv"), "all.csv"),
        (("nonsense",), "No such command"),
    ],
)
def test_wrong_input_is_said_with_exit_code_2(body: Command, arguments: tuple[str, ...], said: str) -> None:
    done = body(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_errors_speak_german(body: Command) -> None:
    assert "Auf „Neustadt“ passen mehrere: neustadt-" in body("show", "Neustadt", LANG="de_DE.UTF-8").err


# --- show ---


@pytest.mark.parametrize("what", ["ulm", "08421000", "084210000000", "08 4 21 0000 000", "Stadt Ulm", "Ulma", " Ulm "])
def test_show_by_slug_key_and_name(body: Command, what: str) -> None:
    found = body("show", what, "--json").json
    assert (found["slug"], found["ars"], found["keys_as_of"]) == ("ulm", "084210000000", registers.AS_OF)
    assert {"name": "Ulma", "kind": "former", "until": "1802-12-31"} in found["names"]


def test_show_for_people(body: Command) -> None:
    told = body("show", "ulm").out.splitlines()
    assert told[0] == "Stadt Ulm"
    lines = dict(line.split(":", 1) for line in told[1:])
    assert lines["keys as of"].strip() == registers.AS_OF
    assert lines["population"].strip() == "128,000 (as of 2024-12-31, large)"
    assert lines["belongs to"].strip() == "Baden-Württemberg"
    assert "took" not in lines


def test_show_of_one_that_has_ended(body: Command) -> None:
    told = body("show", "altdorf").out
    assert "now part of: Gemeinde Musterdorf" in told
    assert "since 2025-12-31" in told
    assert "took in:" in body("show", "bfs:351").out or "Altdorf" in body("show", "musterdorf").out


# --- list ---


def test_a_list_for_people(body: Command) -> None:
    told = body("list", "--land", "SH", "--limit", "3").out.splitlines()
    assert told[-1] == "6 bodies, page 1 of 2"
    assert len(told) == 4


def test_a_list_as_json(body: Command) -> None:
    found = body("list", "--text", "neustadt", "--kind", "town", "--json").json
    assert [one["slug"] for one in found["results"]] == ["neustadt-sh"]
    assert found["facets"]["kind"] == [{"value": "municipality", "count": 1}, {"value": "town", "count": 1}]


def test_those_that_publish(body: Command, store: Store) -> None:
    run = store.begin_run(NOW)
    store.save(run.id, [new("https://github.com/stadtulm/maengel")], NOW)
    told = body("list", "--publishes").out
    assert "ulm" in told
    assert "1 published" in told
    assert body("show", "ulm", "--json").json["solutions"]["total"] == 1


# --- merge ---


def test_a_merge_asks_and_takes_no_for_an_answer(body: Command, store: Store) -> None:
    done = body("merge", "ulm", "neustadt-bw", stdin=b"n\n")
    assert (done.code, done.out) == (1, "")
    assert "What moves: accounts 1, domains 1, relations 1." in done.err
    assert "Nothing was changed." in done.err
    assert store.bodies.by_slug("ulm").successor_id is None


def test_a_merge_that_nobody_answers_changes_nothing(body: Command, store: Store) -> None:
    assert body("merge", "ulm", "neustadt-bw").code == 130
    assert store.bodies.by_slug("ulm").successor_id is None


def test_a_merge_keeps_history(body: Command, store: Store) -> None:
    done = body("merge", "Stadt Ulm", "089900003003", "--yes", "--json").json
    assert (done["from"], done["into"], done["changed"]) == ("ulm", "neustadt-bw", True)
    assert done["moved"]["accounts"] == 1
    assert [one["slug"] for one in body("find", "Ulm", "--json").json["bodies"]] == ["neustadt-bw"]
    assert [event.kind for event in store.bodies.events(ULM.id)] == [BodyEventKind.MERGED]
    again = body("merge", "ulm", "neustadt-bw", "--json").json
    assert again["changed"] is False
    assert body("merge", "neustadt-bw", "ulm", "--yes").code == 2
    assert store.bodies.by_slug("neustadt-bw").forge_organisations == ULM.forge_organisations


def test_solutions_move_with_a_merge(body: Command, store: Store) -> None:
    run = store.begin_run(NOW)
    store.save(run.id, [new("https://github.com/stadtulm/maengel")], NOW)
    assert body("merge", "ulm", "musterdorf", "--yes").out == "ulm is now a part of musterdorf.\n"
    assert store.bodies.published([VILLAGE.id, ULM.id, NEUSTADT_BW.id]) == {VILLAGE.id: 1}
    assert store.outbox_size() == 0


# --- the register that is shipped ---


@pytest.mark.parametrize("arguments", [("find", "Ulm"), ("list",)])
def test_an_empty_register_is_said(empty: Command, arguments: tuple[str, ...]) -> None:
    done = empty(*arguments)
    assert done.code == 0
    assert "The register is empty" in done.out


def test_the_shipped_register_is_loaded_once(empty: Command, store: Store) -> None:
    first = empty("find", "Ulm", "--json", ALLMENDE_REGISTER_CORE="yes")
    assert first.json["outcome"] == "match"
    assert first.err.count("\n") == 1
    assert store.bodies.state().bodies > 10_000
    second = empty("find", "Ulm", "--json")
    assert (second.out, second.err) == (first.out, "")


# --- terminals ---


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("iso8859-5", b"Baden-W?rttemberg"), ("latin-1", b"Baden-W\xfcrttemberg"), ("utf-8", "Württemberg".encode())],
)
def test_a_terminal_without_all_letters(shell: Callable[..., Any], encoding: str, written: bytes) -> None:
    done = shell(["find", "Ulm"], PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert written in done.stdout
    as_json = shell(["find", "Ulm", "--json"], PYTHONIOENCODING=encoding)
    assert json.loads(as_json.stdout)["bodies"][0]["land"] == "Baden-Württemberg"


@pytest.mark.parametrize(
    ("arguments", "streams"),
    [(["list"], "| true"), (["find", "-"], "| true"), (["find", "-"], "<&-"), (["find", "Ulm"], ">&-")],
)
def test_closed_streams(shell: Callable[..., Any], arguments: list[str], streams: str) -> None:
    done = shell(arguments, streams, stdin=b"Ulm\n" * 3000)
    assert b"Traceback" not in done.stderr
    assert b"fault of Allmende" not in done.stderr


def test_help_teaches(shell: Callable[..., Any]) -> None:
    for command in ("find", "show", "list", "merge", "import"):
        told = shell([command, "--help"]).stdout.decode()
        assert f"allmende body {command}" in told
    told = shell(["--help"]).stdout.decode()
    assert all(f"  {command} " in told for command in ("find", "show", "list", "merge", "import"))
