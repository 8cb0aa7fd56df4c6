# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What docs/bodies.md tells an operator to type is what this program takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from registry.cli import cli

DOCS = (Path(__file__).parent.parent / "docs" / "bodies.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {
        line
        for block in re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("allmende ")
    }
)


def parsed(arguments: list[str]) -> click.Command:
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


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) >= 9


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_of_ours(command: str) -> None:
    assert parsed(shlex.split(command)[1:]).name is not None


def test_a_wrong_command_is_noticed() -> None:
    with pytest.raises(click.ClickException):
        parsed(["body", "import", "x.csv", "--no-such-option"])
