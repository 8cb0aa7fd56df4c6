# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende publiccode suggest``: visits a repository as the harvest does and drafts the file it lacks."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import NoReturn

import click

from harvesters.base import canonical_url, forge_for
from harvesters.publiccode.drafting import draft
from harvesters.readers.wanted import is_publiccode, publiccode_rank
from registry.catalogue.mending import write_file
from registry.catalogue.validating import STREAM
from registry.cli.output import open_migrated
from registry.cli.printable import printable
from registry.cli.saying import told_in
from registry.config import ui_language
from registry.model import Fault, ForgeKind, Harvested
from registry.vocabulary.rules import LANGUAGES, explain

_NEXT = {
    "de": "{file} ist ein Entwurf. Entscheiden Sie, was darin markiert ist, und prüfen Sie ihn: "
    "allmende validate {file}",
    "en": "{file} is a draft. Decide what is marked in it, then check it: allmende validate {file}",
}


@click.command()
@click.argument("url")
@click.option("--forge", type=click.Choice([kind.value for kind in ForgeKind]), help="If the host does not tell.")
@click.option("-o", "--output", metavar="OUT", help="Write to this new file; default: standard output.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the comments; default: the terminal's.")
def suggest(url: str, forge: str | None, output: str | None, lang: str | None) -> None:
    """Draft a publiccode.yml for a repository that has none, from its README, manifests, licence and forge.

    What a person must decide is marked. Nothing is stored.

    \b
    allmende publiccode suggest https://github.com/OWNER/NAME
    allmende publiccode suggest https://gitlab.opencode.de/GROUP/NAME -o publiccode.yml

    Exit code 0, 1 if the repository cannot be read or has a publiccode.yml already.
    """
    lang = lang or ui_language()
    with told_in(lang):
        _suggest(url, forge, output, lang)


def _suggest(url: str, forge: str | None, output: str | None, lang: str) -> None:
    canonical = canonical_url(url)
    kind = forge_for(canonical, ForgeKind(forge) if forge else None)
    fresh = open_migrated().harvesting.test(canonical, kind).fresh
    if isinstance(fresh, Fault):
        _refuse(fresh.rule, fresh.params, lang)
    if not isinstance(fresh, Harvested):
        raise TypeError(f"a visit without memory brought {type(fresh).__name__}")
    names = sorted(filter(is_publiccode, (entry.path for entry in fresh.snapshot.entries)), key=publiccode_rank)
    if names:
        _refuse("input-has-publiccode", {"subject": canonical, "detail": ", ".join(names)}, lang)
    text = draft(fresh.solution, lang)
    if output in (None, STREAM):
        click.echo(text, nl=False)
    else:
        write_file(str(output), text.encode(), new=True)
    click.echo(_NEXT[lang].format(file=printable(output or "publiccode.yml")), err=True)


def _refuse(rule: str, params: Mapping[str, str], lang: str) -> NoReturn:
    told = explain(rule, params, lang)
    click.secho(printable(told.message.strip()), fg="red", err=True)
    click.echo(printable(told.hint), err=True)
    sys.exit(1)
