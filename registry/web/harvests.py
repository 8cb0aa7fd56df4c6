# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of the harvests: every run, and what it did with each repository, for maintainers to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from registry.model import Item, ItemStatus, Run
from registry.vocabulary.rules import Explanation, explain
from registry.web import filters, labels, language, paging, queries
from registry.web.access import finding

harvests = Blueprint("harvests", __name__)

_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: Item
    status: str
    why: Explanation


@harvests.get("/runs")
def runs() -> str:
    number = queries.page_number(request.args)
    found, total = finding().runs(number, _PER_PAGE)
    base = url_for("harvests.runs")
    return render_template(
        "runs.html",
        runs=found,
        total=total,
        pages=paging.pages(number, total, _PER_PAGE, lambda page: f"{base}?page={page}" if page > 1 else base),
        demo=any(run.demo for run in found),
    )


@harvests.get("/runs/<run_id>")
def run(run_id: str) -> str:
    found = finding().run(queries.checked_slug(run_id))
    status = _status()
    number = queries.page_number(request.args)
    items, total = finding().items(found.id, number, _PER_PAGE, status)
    base = url_for("harvests.run", run_id=found.id)
    return render_template(
        "run.html",
        run=found,
        rows=[_row(item, found.demo) for item in items],
        total=total,
        status=status,
        choices=_choices(found, base),
        errors=[explain(error.rule, error.params, language.current()) for error in found.errors],
        pages=paging.pages(number, total, _PER_PAGE, lambda page: _address(base, status, page)),
        demo=found.demo,
    )


def _status() -> ItemStatus | None:
    asked = request.args.get("status", "")
    return ItemStatus(asked) if asked in {known.value for known in ItemStatus} else None


def _row(item: Item, demo: bool) -> ItemRow:
    if item.rule is not None:
        why = explain(item.rule, filters.bare_params(item.params, demo), language.current())
    else:
        sentence = labels.ITEM_SENTENCES.get(item.status)
        why = Explanation(language.gettext(sentence) if sentence else "", "")
    return ItemRow(item, labels.label(labels.ITEM_STATUSES, item.status), why)


def _choices(run: Run, base: str) -> list[tuple[ItemStatus, int, str]]:
    """The statuses that occurred, with their counts and addresses."""
    counts: Mapping[str, int] = run.counts
    return [(status, counts[status], _address(base, status, 1)) for status in ItemStatus if counts.get(status)]


def _address(base: str, status: ItemStatus | None, page: int) -> str:
    pairs = ([("status", status.value)] if status else []) + ([("page", str(page))] if page > 1 else [])
    return f"{base}?{urlencode(pairs)}" if pairs else base
