# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of the harvests: every run, what it did with each repository, and how each source fares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from registry.catalogue.alerting import SHRUNK
from registry.catalogue.overseeing import SourceHealth
from registry.model import Item, ItemStatus, Run, RunState, Source
from registry.vocabulary.rules import Explanation, explain
from registry.web import filters, labels, language, paging, queries
from registry.web.access import finding, overseeing

harvests = Blueprint("harvests", __name__)

_PER_PAGE = 50
_RELOAD_SECONDS = "10"
_FAULTS = (ItemStatus.FAILED, ItemStatus.REFUSED, ItemStatus.GONE)


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: Item
    status: str
    why: Explanation


@dataclass(frozen=True, slots=True)
class SourceRow:
    health: SourceHealth
    state: str
    """A key of ``labels.SOURCE_STATES``."""
    why: Explanation | None
    """Why it could not be listed the last time."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items of a run a page shows. Forgiving, as all pages are: what makes no sense is left out."""

    status: ItemStatus | None
    text: str
    follow: bool
    """The page reloads itself while the run goes on: only where a reader asked for that."""

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Selection:
        asked = args.get("status", "")
        status = ItemStatus(asked) if asked in {known.value for known in ItemStatus} else None
        text = queries.clean(args.get("q", ""))[: queries.TEXT_LIMIT].strip()
        return cls(status, text, args.get("follow") == "1")

    def address(self, base: str, page: int = 1, **changed: str) -> str:
        """The page's address; ``changed`` replaces single values, an empty one takes it out."""
        values = {
            "status": self.status.value if self.status else "",
            "q": self.text,
            "follow": "1" if self.follow else "",
            "page": str(page) if page > 1 else "",
            **changed,
        }
        pairs = [(name, value) for name, value in values.items() if value]
        return f"{base}?{urlencode(pairs)}" if pairs else base


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
def run(run_id: str) -> Response:
    found = finding().run(queries.checked_slug(run_id))
    chosen = Selection.of(request.args)
    number = queries.page_number(request.args)
    items, total = overseeing().items(found.id, number, _PER_PAGE, chosen.status, chosen.text)
    base = url_for("harvests.run", run_id=found.id)
    running = found.state is RunState.RUNNING
    page = render_template(
        "run.html",
        run=found,
        rows=[_row(item, found.demo) for item in items],
        total=total,
        chosen=chosen,
        choices=_choices(found, chosen, base),
        faults_first=chosen.status is None and any(found.counts.get(status) for status in _FAULTS),
        everything=chosen.address(base, status=""),
        headway=overseeing().headway(found),
        reload_seconds=_RELOAD_SECONDS if running and chosen.follow else None,
        follow_link=chosen.address(base, number, follow="" if chosen.follow else "1"),
        errors=[explain(error.rule, error.params, language.current()) for error in found.errors],
        pages=paging.pages(number, total, _PER_PAGE, lambda page: chosen.address(base, page)),
        demo=found.demo,
    )
    return make_response(page)


@harvests.get("/sources")
def sources() -> str:
    """Sources on the operator's own hosts are not shown here: the operator sees them on /operating."""
    number = queries.page_number(request.args)
    known = overseeing().sources(withhold=True)
    base = url_for("harvests.sources")
    shown = known[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    return render_template(
        "sources.html",
        sources=source_rows(shown),
        total=len(known),
        failing=sum(health.source.last_error is not None and not health.source.paused for health in known),
        pages=paging.pages(number, len(known), _PER_PAGE, lambda page: f"{base}?page={page}" if page > 1 else base),
        demo=any(health.source.demo for health in shown),
    )


def source_rows(known: Iterable[SourceHealth]) -> list[SourceRow]:
    """Sources with their state in words of the page's language."""
    rows = []
    for health in known:
        source = health.source
        why = None
        if source.last_error is not None:
            params = filters.bare_params({"subject": source.url, "detail": ""}, source.demo)
            told = explain(source.last_error, params, language.current())
            why = Explanation(f"{told.message.strip().rstrip(':. ')}.", told.hint)
        rows.append(SourceRow(health, state_of(source), why))
    return rows


def state_of(source: Source) -> str:
    if source.paused:
        return "paused"
    if source.last_error is not None:
        return "shrunk" if source.last_error == SHRUNK else "failing"
    return "new" if source.last_run_at is None else "ok"


def _row(item: Item, demo: bool) -> ItemRow:
    if item.rule is not None:
        why = explain(item.rule, filters.bare_params(item.params, demo), language.current())
    else:
        sentence = labels.ITEM_SENTENCES.get(item.status)
        why = Explanation(language.gettext(sentence) if sentence else "", "")
    return ItemRow(item, labels.label(labels.ITEM_STATUSES, item.status), why)


def _choices(run: Run, chosen: Selection, base: str) -> list[tuple[ItemStatus, int, str]]:
    """The statuses that occurred, with their counts and addresses."""
    counts: Mapping[str, int] = run.counts
    return [
        (status, counts[status], chosen.address(base, status=status.value))
        for status in ItemStatus
        if counts.get(status)
    ]
