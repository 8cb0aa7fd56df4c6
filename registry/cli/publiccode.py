# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende publiccode``: the file itself, mended or drafted. Commands load when used, as everywhere."""

from __future__ import annotations

import click

from registry.cli import LazyGroup

COMMANDS = {
    "fix": ("registry.cli.fix:fix", "Write the corrected file in the newest version of the standard."),
    "suggest": ("registry.cli.suggest:suggest", "Draft a file for a repository that has none."),
    "rules": ("registry.cli.fix:rules", "Print every rule as a Markdown table."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def publiccode() -> None:
    """Mend a publiccode.yml, or draft one for a repository that has none.

    \b
    allmende publiccode fix publiccode.yml            # in place; comments and order stay
    allmende publiccode fix --diff publiccode.yml     # what would change
    allmende publiccode suggest https://github.com/OWNER/NAME -o publiccode.yml

    "allmende validate" only checks.
    """
