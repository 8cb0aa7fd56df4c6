# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages on licences: which ones the catalogue has, one explained, and whether some can be combined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.errors import NotFound
from registry.licences import families, ids, is_valid, normalise
from registry.licences.expressions import LONGEST, canonical, is_reference
from registry.licences.hints import spdx_page
from registry.licences.kinds import kind_of, strictness
from registry.model import FacetValue, LicenceKind, Query, SearchPage, Sort
from registry.web import paging, queries
from registry.web.access import finding
from registry.web.combining import asked
from registry.web.explanations import KindView, explanation_view, kind_view

pages = Blueprint("licences", __name__, url_prefix="/licences")


@dataclass(frozen=True, slots=True)
class ListedLicence:
    expression: str
    kind: KindView
    count: int
    """Solutions in the catalogue that have it, alone or beside others."""


@pages.get("")
def overview() -> str:
    listed = sorted(_in_catalogue(), key=lambda one: (-one.count, one.expression.lower()))
    kinds = sorted(LicenceKind, key=strictness)
    return render_template("licences.html", listed=listed, kinds=[kind_view(kind) for kind in kinds])


@pages.get("/combine")
def combine() -> str:
    known = sorted((one.expression for one in _in_catalogue()), key=str.lower)
    return render_template("combine.html", asked=asked(request.args), known=known)


@pages.get("/<expression>")
def licence(expression: str) -> str | Response:
    """One licence, or several in one expression. Another spelling leads to the canonical one for good."""
    known = checked_expression(expression)
    if known != expression:
        return redirect(url_for("licences.licence", expression=known), 301)
    own = ids(known)
    page = finding().find(Query(filters={"licence": own}, sort=Sort.ACTIVITY, page=queries.page_number(request.args)))
    return render_template(
        "licence.html",
        expression=known,
        explanation=explanation_view(known),
        texts=[(one, spdx_page(one)) for one in own if not is_reference(one)],
        page=page,
        pages=_pages(page, url_for("licences.licence", expression=known)),
        kin=[
            one for one in _in_catalogue() if families(one.expression) & families(known) and one.expression not in own
        ],
        several=len(own) > 1,
        listed=len(own) == 1 and page.total > 0,
        demo=any(candidate.record.demo for candidate in page.candidates),
    )


def checked_expression(text: str) -> str:
    """An expression from an address in canonical spelling, also by a name that certainly means it. Raises NotFound."""
    written = queries.clean(text)[: LONGEST + 1]
    known = canonical(written) or normalise(written)
    # Whoever asks for the canonical spelling must not be sent on: that could go round in circles.
    if known is None or canonical(known) != known:
        raise NotFound(ascii(text[: queries.TEXT_LIMIT]))
    return known


def _in_catalogue() -> Iterator[ListedLicence]:
    counted: tuple[FacetValue, ...] = finding().find(Query(per_page=1)).facets.get("licence", ())
    for value in counted:
        if is_valid(value.value):
            yield ListedLicence(value.value, kind_view(kind_of(value.value)), value.count)


def _pages(page: SearchPage, base: str) -> paging.Pages:
    def url(number: int) -> str:
        return f"{base}?page={number}" if number > 1 else base

    return paging.pages(page.query.page, page.total, page.query.per_page, url)
