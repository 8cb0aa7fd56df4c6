# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende repository``: how repositories stand, and blocking them."""

from __future__ import annotations

from typing import Any

import click

from registry.catalogue.presenting import moment, standing_json
from registry.cli.output import open_migrated, print_json
from registry.config import ui_language
from registry.model import Blocked, Item, RepositoryRecord
from registry.vocabulary.rules import explain

_REASON = click.option("--reason", required=True, help="Why; it stands in the log for whoever asks later.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def repository() -> None:
    """See how a repository stands; block it, so that it is neither visited nor shown.

    \b
    allmende repository show https://github.com/stadt/anliegen
    allmende repository block https://github.com/stadt/anliegen --reason "Not software"
    allmende repository list
    """


@repository.command()
@click.argument("url")
@_JSON
def show(url: str, as_json: bool) -> None:
    """Show all that is known of the repository URL beside its content: state, faults, snapshots, last visits."""
    found = record_json(open_migrated().moderating.show(url))
    if as_json:
        print_json(found)
        return
    items, snapshots = found.pop("items"), found.pop("snapshots")
    for name, value in found.items():
        click.echo(f"{name}: {_plain(value)}")
    for one in snapshots:
        click.echo(f"snapshot: {one['taken_at']} {one['commit'][:12]}{'' if one['good'] else ' (broken declaration)'}")
    for one in items:
        click.echo(f"visit: {one['at']} {one['status']}{' ' + one['message'] if one['message'] else ''}")


@repository.command()
@click.argument("url")
@_REASON
@_JSON
def block(url: str, reason: str, as_json: bool) -> None:
    """Neither visit nor show the repository URL from now on, also where it moves to.

    Its solution is withdrawn unless other repositories carry it on. "allmende repository unblock" lifts it.
    """
    done = open_migrated().moderating.block(url, reason)
    if as_json:
        print_json({"url": url, "blocked": True, "changed": done})
    else:
        click.echo(f"{url} is blocked and no longer shown." if done else f"{url} was blocked already.")


@repository.command()
@click.argument("url")
@_REASON
@_JSON
def unblock(url: str, reason: str, as_json: bool) -> None:
    """Let the next harvest read the repository URL and show it again."""
    done = open_migrated().moderating.unblock(url, reason)
    if as_json:
        print_json({"url": url, "blocked": False, "changed": done})
    else:
        click.echo(f"{url} is shown again after the next harvest." if done else f"{url} was not blocked.")


@repository.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """Count the repositories by how they stand, and list those that are blocked."""
    catalogue = open_migrated()
    counts, blocked = catalogue.store.state_counts(), catalogue.moderating.blocked()
    if as_json:
        print_json({"counts": dict(counts), "blocked": [_blocked_json(one) for one in blocked]})
        return
    for name, number in counts.items():
        click.echo(f"{name:<12} {number}")
    for one in blocked:
        click.echo(f"blocked since {moment(one.at)} by {one.by}: {one.url} ({one.reason})")


def record_json(found: RepositoryRecord) -> dict[str, Any]:
    standing, fault = found.standing, found.fault
    return {
        "url": standing.url,
        **standing_json(standing),
        "forge": found.forge.value,
        "source": found.source_url,
        "solution": found.slug,
        "blocked": _blocked_json(found.blocked) if found.blocked is not None else None,
        "strikes": found.strikes,
        "failing_since": moment(found.failing_since),
        "fault": {"rule": fault.rule, "message": _told(fault.rule, fault.params)} if fault is not None else None,
        "first_seen_at": moment(found.first_seen_at),
        "visited_at": moment(found.visited_at),
        "checked_at": moment(found.checked_at),
        "branch": found.branch,
        "commit": found.commit,
        "snapshots": [
            {"commit": one.commit, "taken_at": moment(one.taken_at), "good": one.good} for one in found.snapshots
        ],
        "items": [_item_json(one) for one in found.items],
    }


def _item_json(item: Item) -> dict[str, Any]:
    message = _told(item.rule, item.params) if item.rule is not None else None
    return {"at": moment(item.at), "status": item.status.value, "rule": item.rule, "message": message}


def _told(rule: str, params: Any) -> str:
    return explain(rule, params, ui_language()).message.strip()


def _blocked_json(one: Blocked) -> dict[str, Any]:
    return {"url": one.url, "at": moment(one.at), "by": one.by, "reason": one.reason}


def _plain(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
