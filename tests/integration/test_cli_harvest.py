# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The operator's commands on real harvests: run, status, resume, abort, history, jobs, workers, doctor."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.model import Job, JobKind, RunState
from registry.storage.store import Store
from support.terminal import MANY, Night, Terminal

pytest_plugins = ("support.terminal_fixtures",)


def test_before_the_first_harvest_every_command_has_an_answer(terminal: Terminal, tmp_path: Path) -> None:
    assert "no harvest yet" in terminal("harvest", "status").stdout
    standing = terminal.json("harvest", "status")
    assert (standing["going_on"], standing["run"], standing["left"], standing["alerts"]) == (False, None, 0, [])
    assert terminal.json("harvest", "history") == {"source": None, "runs": []}
    assert terminal.json("job", "list")["total"] == 0
    assert terminal.json("worker", "--once")["done"] == 0
    for arguments in (("harvest", "abort"), ("harvest", "resume")):
        done = terminal(*arguments)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr


WRONG: list[tuple[tuple[str, ...], str]] = [
    (("harvest", "run", "--since", "yesterday"), "2026-11-20"),
    (("harvest", "run", "--since", "2999-01-01"), "future"),
    (("harvest", "run", "--max-minutes", "0"), "--max-minutes"),
    (("harvest", "run", "--source", "gibt-es-nicht"), "Not found"),
    (("harvest", "resume", "gibt-es-nicht"), ""),
    (("harvest", "abort", "gibt-es-nicht"), "Not found"),
    (("harvest", "history", "--repository", "https://git.example/a/b", "--source", "x"), "either"),
    (("harvest", "history", "--repository", "https://git.example/a/b"), "Not found"),
    (("job", "list", "--state", "odd"), "--state"),
    (("job", "list", "--run", "gibt-es-nicht"), "Not found"),
    (("job", "show", "gibt-es-nicht"), "Not found"),
    (("job", "retry"), "--all-failed"),
    (("job", "retry", "gibt-es-nicht"), "Not found"),
    (("job", "purge", "--older-than", "ewig"), "36h"),
    (("job", "purge", "--state", "running"), "purged"),
    (("worker", "--idle-seconds", "-1"), "--idle-seconds"),
]


def test_wrong_input_is_told_in_one_breath(terminal: Terminal) -> None:
    for arguments, words in WRONG:
        done = terminal(*arguments)
        assert done.returncode == 2, (arguments, done.stderr)
        assert words in done.stderr, arguments
        assert "Traceback" not in done.stderr


def test_a_night_is_told_afterwards_run_by_run_and_repository_by_repository(terminal: Terminal) -> None:
    url = f"{terminal.base}/stadt/anliegen"
    added = terminal.json("source", "add", url)
    looked = terminal.json("harvest", "run", "--dry-run")
    assert looked["counts"] == {"new": 1}
    assert [item["repository"] for item in looked["items"]] == [url]
    assert terminal.json("harvest", "history")["runs"] == []
    first = terminal.json("harvest", "run", "--quiet")
    assert (first["state"], first["counts"], first["alerts"]) == ("done", {"new": 1}, [])
    assert not first["left"]
    second = terminal.json("harvest", "run", "--max-minutes", "5")
    assert second["counts"] == {"unchanged": 1}
    runs = terminal.json("harvest", "history", "--source", url)["runs"]
    assert [run["run"] for run in runs] == [second["run"], first["run"]]
    assert [run["counts"] for run in runs] == [{"unchanged": 1}, {"new": 1}]
    assert terminal.json("harvest", "history", "--limit", "1")["runs"][0]["run"] == second["run"]
    visits = terminal.json("harvest", "history", "--repository", url)["visits"]
    assert [visit["status"] for visit in visits] == ["unchanged", "new"]
    assert "Unchanged" in visits[0]["message"]["en"]
    assert datetime.fromisoformat(visits[0]["at"]) >= datetime.fromisoformat(visits[1]["at"])
    told = terminal("harvest", "history", "--repository", url, language="de_DE.UTF-8")
    assert "Zum ersten Mal gelesen" in told.stdout
    status = terminal("harvest", "status")
    assert second["run"] in status.stdout
    assert terminal("harvest", "history").stdout.count("\n") == 2
    assert terminal("harvest", "run", "--source", added["id"], "--since", "7d").returncode == 0


def test_a_repository_that_is_not_there_is_told_in_history_with_reason_and_hint(terminal: Terminal) -> None:
    url = f"{terminal.base}/stadt/fehlt"
    done = terminal("harvest", "run", "--url", url)
    assert done.returncode == 0, done.stderr
    assert "There is no repository" in done.stderr
    (visit,) = terminal.json("harvest", "history", "--repository", url)["visits"]
    assert visit["status"] in ("gone", "failed")
    assert "There is no repository" in visit["message"]["en"]
    assert visit["hint"]["de"]


def test_jobs_can_be_seen_retried_and_forgotten(terminal: Terminal, tmp_path: Path) -> None:
    terminal("harvest", "run", "--url", f"{terminal.base}/stadt/anliegen")
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'allmende.sqlite'}")
    now = datetime.now(UTC)
    run = store.begin_run(now)
    url = f"{terminal.base}/stadt/baeume"
    store.jobs.enqueue([Job(store.new_id(), JobKind.REPOSITORY, url, run_id=run.id, run_after=now)], now)
    (job,) = store.jobs.claim("a worker", now, 1, 60, [JobKind.REPOSITORY], run.id)
    store.jobs.fail(job.id, "a worker", now, "unreachable: https://user:canary@git.example")
    store.end_run(run.id, RunState.DONE, now)
    store.close()
    (listed,) = terminal.json("job", "list", "--state", "failed")["jobs"]
    assert (listed["id"], listed["subject"], listed["attempts"]) == (job.id, url, 1)
    assert terminal.json("job", "list", "--run", run.id, "--kind", "repository")["total"] == 1
    shown = terminal("job", "show", job.id)
    assert "failed" in shown.stdout
    assert "canary" not in shown.stdout
    (lease,) = terminal.json("job", "list", "--kind", "harvest", "--run", listed["run"])["jobs"] or [listed]
    if lease["kind"] == "harvest":
        assert terminal("job", "retry", lease["id"]).returncode == 2
    assert terminal.json("job", "retry", job.id) == {"retried": 1}
    assert terminal.json("job", "show", job.id)["state"] == "queued"
    assert terminal("job", "retry", job.id).returncode == 2
    assert terminal.json("job", "retry", "--all-failed") == {"retried": 0}
    assert terminal.json("job", "purge")["purged"] == 0
    assert terminal.json("job", "purge", "--older-than", "0m")["purged"] >= 1
    assert terminal.json("job", "show", job.id)["state"] == "queued"


# --- ended early ---


def test_a_run_is_seen_aborted_and_not_gone_on_with(night: Night) -> None:
    running = night.begin()
    night.wait_for_packs(4, running)
    # Slow enough for the commands that follow, each a process of its own.
    night.server.latency = 3.0
    standing = json.loads(night.terminal("harvest", "status", "--json").stdout)
    assert standing["going_on"]
    assert standing["done"] + standing["left"] >= 1
    assert [worker["leads"] for worker in standing["workers"]].count(True) == 1
    refused = night.terminal("harvest", "run", *night.urls[:2])
    assert refused.returncode == 3, refused.stderr
    asked = night.terminal("harvest", "abort", "--json")
    night.server.latency = 0.0
    assert json.loads(asked.stdout)["asked_to"] == "abort"
    output, errors = running.communicate(timeout=100)
    assert running.returncode == 3, errors
    report = json.loads(output)
    assert report["state"] == "aborted"
    assert 0 < sum(report["counts"].values()) < MANY
    assert night.terminal("harvest", "resume").returncode == 2
    assert not json.loads(night.terminal("harvest", "status", "--json").stdout)["resumable"]


def test_a_killed_run_is_resumed_and_nothing_is_done_twice(night: Night) -> None:
    running = night.begin()
    night.wait_for_packs(8, running)
    running.kill()
    running.communicate()
    # At once, not when its lease has run out.
    standing = night.terminal("harvest", "status", "--json")
    assert standing.returncode == 1
    assert [alert["rule"] for alert in json.loads(standing.stdout)["alerts"]] == ["alert-run-dead"]
    report = json.loads(night.terminal("harvest", "resume", "--json").stdout)
    assert report["state"] == "done"
    assert sum(report["counts"].values()) == MANY
    assert night.terminal.json("search", "")["total"] == MANY
    (run,) = night.terminal.json("harvest", "history")["runs"]
    assert run["run"] == report["run"]
    assert night.terminal("harvest", "resume").returncode == 2


def test_a_time_budget_pauses_and_the_next_run_goes_on(night: Night) -> None:
    done = night.terminal("harvest", "run", "--max-minutes", "0.02", "--json", *night.urls)
    report = json.loads(done.stdout)
    assert (done.returncode, report["state"]) == (3, "paused"), done.stderr
    finished = sum(report["counts"].values())
    assert report["left"] == MANY - finished > 0
    standing = json.loads(night.terminal("harvest", "status", "--json").stdout)
    assert (standing["resumable"], standing["left"]) == (True, MANY - finished)
    again = night.terminal("harvest", "run", "--json", *night.urls[:2])
    assert sum(json.loads(again.stdout)["counts"].values()) >= MANY - finished
    assert night.terminal.json("search", "")["total"] == MANY


def test_a_worker_ends_by_sigterm_and_says_what_it_did(night: Night) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "registry.cli", "worker", "--json", "--idle-seconds", "0.1"],
        env=dict(night.terminal.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    report = json.loads(night.terminal("harvest", "run", "--json", *night.urls).stdout)
    assert sum(report["counts"].values()) == MANY
    worker.send_signal(signal.SIGTERM)
    output, errors = worker.communicate(timeout=100)
    assert worker.returncode == 0, errors
    assert 0 <= json.loads(output)["done"] <= MANY


# --- streams ---


def test_nobody_reading_on_is_no_fault(terminal: Terminal) -> None:
    for arguments in (("harvest", "history"), ("job", "list"), ("doctor",), ("harvest", "status")):
        running = subprocess.Popen(
            [sys.executable, "-m", "registry.cli", *arguments],
            env=dict(terminal.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        errors = running.stderr.read().decode()
        running.stderr.close()
        running.wait(timeout=100)
        assert "Traceback" not in errors, errors


def test_the_log_is_json_where_it_is_wanted_and_nothing_else_stands_beside_it(terminal: Terminal) -> None:
    urls = ["--url", f"{terminal.base}/stadt/anliegen", "--url", f"{terminal.base}/stadt/fehlt"]
    done = terminal("harvest", "run", "--json", *urls, ALLMENDE_LOG="json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["event"] for event in events] == ["run-began", "repository-failed", "run-ended"]
    run = json.loads(done.stdout)["run"]
    assert {event["run"] for event in events} == {run}
    assert events[1]["rule"] == "repository-gone"
    assert events[1]["url"] == f"{terminal.base}/stadt/fehlt"
    assert events[2]["counts"]["new"] == 1
    assert "\x1b" not in done.stderr
    quiet = terminal("harvest", "run", "--quiet", *urls)
    assert quiet.stderr == ""


def test_the_doctor_says_what_is_wrong_in_both_languages_and_with_its_code(terminal: Terminal, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("canary-token\n")
    token.chmod(0o600)
    more = {"ALLMENDE_TOKEN_GITHUB_COM_FILE": str(token)}
    done = terminal("doctor", language="de_DE.UTF-8", **more)
    assert done.returncode == 0, done.stdout
    assert "ALLMENDE_BASE_URL" in done.stdout
    assert "Probeabruf" in done.stdout
    assert "canary" not in done.stdout + done.stderr
    token.chmod(0o644)
    done = terminal("doctor", "--json", **more)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert not found["ok"]
    (failing,) = [check for check in found["checks"] if check["grade"] == "fail"]
    assert failing["rule"] == "doctor-token-file-open"
    assert failing["hint"]["de"]
    assert not (tmp_path / "data").exists(), "the doctor only looks"
    wrong = terminal("doctor", ALLMENDE_WORKERS="many")
    assert wrong.returncode == 1
    assert "ALLMENDE_WORKERS" in wrong.stdout


def test_a_folder_that_can_only_be_read_is_told_and_stops_a_harvest_cleanly(terminal: Terminal, tmp_path: Path) -> None:
    """On a read-only mount of a namespace of its own: root may write to whatever its modes say."""
    assert terminal("harvest", "status").returncode == 0
    mount = f"mount --bind {tmp_path}/data {tmp_path}/data && mount -o remount,ro,bind {tmp_path}/data"
    for arguments, code, words in (
        (("doctor",), 1, "cannot be written"),
        (("harvest", "run", "--url", f"{terminal.base}/stadt/anliegen"), 3, "database"),
    ):
        script = f'{mount} && exec "$@" || exit 99'
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-m", "registry.cli", *arguments],
            env=dict(terminal.environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        if "Operation not permitted" in done.stderr or "permission denied" in done.stderr:
            pytest.skip("no mount of one's own may be made here")
        assert done.returncode == code, (done.stdout, done.stderr)
        assert words in (done.stdout + done.stderr).lower()
        assert "Traceback" not in done.stderr


def test_help_teaches_without_loading_the_log(terminal: Terminal) -> None:
    for arguments in (("harvest",), ("harvest", "run"), ("job",), ("worker",), ("doctor",)):
        shown = terminal(*arguments, "--help")
        assert "allmende" in shown.stdout.partition("\n")[2], arguments
    probe = "import sys, registry.cli; print('structlog' in sys.modules, 'logging' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert loaded.stdout.split()[0] == "False"
