# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What docs/operating.md, the systemd units and the alerts tell an operator to type is what this program takes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import click
import pytest

from registry.catalogue.alerting import alert_rules
from registry.cli import cli
from registry.config import SETTINGS
from registry.vocabulary.rules import LANGUAGES, rules

ROOT = Path(__file__).parent.parent
UNITS = ROOT / "docs" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
TIMERS = sorted(UNITS.glob("*.timer"))
DOCS = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
PROGRAM = "/opt/allmende/venv/bin/allmende"
HARDENING = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "ProtectProc": "invisible",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
    "User": "allmende",
    "EnvironmentFile": "/etc/allmende/allmende.env",
    "StateDirectory": "allmende",
    "ReadWritePaths": "/var/lib/allmende",
    "UMask": "0027",
    "KillSignal": "SIGTERM",
    "KillMode": "mixed",
}
ENDING = {"KillMode", "KillSignal"}
"""Said only where something is in flight that has to be finished."""


def pairs(unit: Path) -> list[tuple[str, str]]:
    """Names and values of a unit, which repeats names where configparser would refuse."""
    lines = (line.partition("=") for line in unit.read_text(encoding="utf-8").splitlines() if "=" in line)
    return [(name.strip(), value.strip()) for name, _, value in lines if not name.startswith("#")]


def parsed(arguments: list[str]) -> click.Command:
    """The command that these arguments lead to. Raises click.ClickException for what it does not take."""
    command: click.Command = cli
    name = "allmende"
    while isinstance(command, click.Group):
        name, *arguments = arguments
        found = command.get_command(click.Context(command), name)
        if found is None:
            raise click.UsageError(f"no such command: {name}")
        command = found
    command.make_context(name, list(arguments))
    return command


def told() -> Iterator[tuple[str, str]]:
    """Every command line there is, with its place."""
    for block in re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL):
        for line in block.splitlines():
            for command in re.findall(r"(?:^|; |\d )(allmende(?: [^;&|#]+)+)", line):
                yield "operating.md", command
    for inline in re.findall(r"`(allmende (?!-)[^`]+)`", DOCS):
        if not inline.startswith("allmende_"):
            yield "operating.md", inline
    for unit in SERVICES:
        for name, value in pairs(unit):
            if name == "ExecStart":
                yield unit.name, value
    for line in (UNITS / "allmende.cron").read_text(encoding="utf-8").splitlines():
        if PROGRAM in line:
            yield "allmende.cron", line[line.index(PROGRAM) :]
    for rule in alert_rules():
        for lang in LANGUAGES:
            for command in re.findall(r"[„\"](allmende [^“\"]+)[“\"]", rules()[rule].hint[lang]):
                yield f"{rule} ({lang})", command


COMMANDS = sorted(set(told()))


def test_there_are_commands_to_check() -> None:
    places = {place for place, _ in COMMANDS}
    assert {"operating.md", "allmende.cron", *(unit.name for unit in SERVICES)} <= places
    assert len(COMMANDS) > 40


@pytest.mark.parametrize(("place", "command"), COMMANDS, ids=[f"{place}: {text}" for place, text in COMMANDS])
def test_every_command_is_one_of_ours(place: str, command: str) -> None:
    assert place
    text = re.sub(r"\s*(?:2?>|<).*", "", command)
    parsed(shlex.split(text)[1:])


@pytest.mark.parametrize(
    "arguments", [["harvest", "fly"], ["harvest", "run", "--no-such-option"], ["prune", "--keep", "many"]]
)
def test_a_wrong_command_is_noticed(arguments: list[str]) -> None:
    with pytest.raises(click.ClickException):
        parsed(arguments)


# --- units ---


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_service_is_hardened(unit: Path) -> None:
    said = dict(pairs(unit))
    expected = {name: value for name, value in HARDENING.items() if name not in ENDING or unit.stem != "allmende-prune"}
    assert {name: said.get(name) for name in expected} == expected
    assert "MemoryMax" in said
    assert "TasksMax" in said
    filters = [value for name, value in pairs(unit) if name == "SystemCallFilter"]
    assert filters == ["@system-service", "~@privileged"]
    # It would hide the boot's id, by which a living harvest is told from a dead one (registry/storage/holder.py).
    assert "ProcSubset" not in said


def test_the_harvest_has_time_to_finish_what_is_in_flight() -> None:
    said = dict(pairs(UNITS / "allmende-harvest.service"))
    minutes = int(said["TimeoutStopSec"].removesuffix("min"))
    seconds = next(int(setting.default) for setting in SETTINGS if setting.name == "git_seconds")
    assert minutes * 60 >= seconds + 60
    assert said["SuccessExitStatus"] == "3"
    budget = re.search(r"--max-minutes (\d+)", said["ExecStart"])
    assert budget is not None
    assert int(said["TimeoutStartSec"].removesuffix("h")) * 60 > int(budget[1]) + 60


@pytest.mark.parametrize("unit", TIMERS, ids=lambda unit: unit.name)
def test_a_missed_night_is_made_up_for(unit: Path) -> None:
    said = dict(pairs(unit))
    assert said["Persistent"] == "true"
    assert "RandomizedDelaySec" in said
    assert (UNITS / f"{unit.stem}.service").is_file()


def test_settings_of_the_units_exist() -> None:
    known = {setting.variable for setting in SETTINGS}
    named = re.findall(r"^(?:# )?(ALLMENDE_\w+)=", (UNITS / "allmende.env").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) > 3
    assert {name.removesuffix("_FILE") for name in named if not name.startswith("ALLMENDE_TOKEN_")} <= known


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """Skipped without systemd; with CI=true that is a failure."""
    if shutil.which("systemd-analyze") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("systemd-analyze is not installed")
        pytest.skip("systemd-analyze is not installed")
    names = []
    for unit in [*SERVICES, *TIMERS]:
        name = unit.name.replace("@.", "@1.")
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
        names.append(f"./{name}")
    folder = tmp_path / "allmende-harvest.service.d"
    folder.mkdir()
    (folder / "only-public.conf").write_text((UNITS / "only-public.conf").read_text(encoding="utf-8"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        timeout=60,
    )
    ours = [line for line in done.stderr.splitlines() if "allmende" in line]
    assert (done.returncode, ours) == (0, [])


def test_the_second_lock_is_valid() -> None:
    parser = RawConfigParser(strict=False)
    parser.read(UNITS / "only-public.conf", encoding="utf-8")
    assert parser.sections() == ["Service"]
    denied = [value for name, value in pairs(UNITS / "only-public.conf") if name == "IPAddressDeny"]
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "100.64.0.0/10"):
        assert any(network in value.split() for value in denied)
    assert "link-local" in denied[0]


def test_every_file_of_the_units_is_in_the_documentation() -> None:
    for path in UNITS.iterdir():
        assert path.suffix in (".service", ".timer") or path.name in DOCS, path.name
    assert "docs/systemd/allmende-*.service" in DOCS


def test_every_figure_is_documented() -> None:
    source = (ROOT / "registry" / "catalogue" / "measuring.py").read_text(encoding="utf-8")
    made = re.findall(r"_(gauge|counter)\(\s*\"(\w+)\"", source)
    assert len(made) > 20
    for kind, name in made:
        assert f"allmende_{name}{'_total' if kind == 'counter' else ''}" in DOCS, name
