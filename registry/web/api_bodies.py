# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The JSON API, version 1: the register of municipalities, public bodies and operators. Additive only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from registry.catalogue.body_json import bodies_json, details_json
from registry.errors import InvalidInput
from registry.model import BodyKind, BodyQuery, BodySort, SizeClass
from registry.web import queries
from registry.web.access import locating
from registry.web.api import open_to_browsers, refuse_unknown

bodies_api = Blueprint("api_bodies", __name__, url_prefix="/api/v1")
bodies_api.after_request(open_to_browsers)

_ONCE = ("q", "publishes", "parent", "dissolved", "sort", "page", "per_page")
_SEVERAL = ("land", "kind", "size", "country")
_VALUES_MAX = 50
_FORMS: Mapping[str, tuple[str, str]] = {
    "land": (r"[A-Za-z]{2}-[0-9A-Za-z]{1,3}", "must be an ISO 3166-2 code as DE-BW"),
    "country": (r"[A-Za-z]{2}", "must be an ISO 3166 code of two letters"),
}
_CLOSED: Mapping[str, type[StrEnum]] = {"kind": BodyKind, "size": SizeClass}
_FLAGS = {"true": True, "false": False}


@bodies_api.get("/bodies")
def bodies() -> Response:
    """A page of the register with its facets. An unknown parameter or a bad value is a 400 (RFC 9457)."""
    query = _query(request.args)
    page = locating().browse(query)
    more = query.page * query.per_page < page.total
    return jsonify(bodies_json(page, query.page, query.per_page, _next(query) if more else None))


@bodies_api.get("/bodies/<slug>")
def body(slug: str) -> Answer:
    """All about one body.

    A slug that is only another address of it leads there (301). One that became a part of another is given itself, with
    ``moved_to``: a client that was sent on without a word would take the one for the other.
    """
    refuse_unknown(request.args, frozenset())
    found = locating().by_slug(queries.checked_slug(slug))
    if found.slug != slug:
        return redirect(url_for("api_bodies.body", slug=found.slug), 301)
    return jsonify(details_json(locating().details(found)))


def _query(args: MultiDict[str, str]) -> BodyQuery:
    """What is asked for. Raises InvalidInput naming the parameter; NotFound for a parent that does not exist."""
    refuse_unknown(args, frozenset((*_ONCE, *_SEVERAL)))
    for name in _ONCE:
        if len(args.getlist(name)) > 1:
            raise InvalidInput(name, "given more than once")
    if len(args.get("q", "")) > queries.TEXT_LIMIT:
        raise InvalidInput("q", f"has more than {queries.TEXT_LIMIT} characters")
    number, per_page = queries.api_page(args)
    parent = args.get("parent")
    return BodyQuery(
        text=queries.clean(args.get("q", "")),
        lands=tuple(value.upper() for value in _values(args, "land")),
        kinds=tuple(BodyKind(value) for value in _values(args, "kind")),
        sizes=tuple(SizeClass(value) for value in _values(args, "size")),
        countries=tuple(value.upper() for value in _values(args, "country")),
        parent_id=locating().by_slug(queries.checked_slug(parent)).id if parent else None,
        publishes=_flag(args, "publishes"),
        dissolved=_flag(args, "dissolved") or False,
        sort=BodySort(_word(args, "sort", BodySort, BodySort.NAME)),
        page=number,
        per_page=per_page,
    )


def _values(args: MultiDict[str, str], name: str) -> list[str]:
    """Those of a filter, each once; empty ones filter nothing, as in a form."""
    found = list(dict.fromkeys(filter(None, args.getlist(name))))
    if len(found) > _VALUES_MAX:
        raise InvalidInput(name, f"more than {_VALUES_MAX} filter values")
    for value in found:
        if name in _CLOSED:
            _checked(name, value, _CLOSED[name])
        else:
            form, asked = _FORMS[name]
            if not re.fullmatch(form, value):
                raise InvalidInput(name, asked)
    return found


def _word(args: MultiDict[str, str], name: str, known: type[StrEnum], default: str) -> str:
    value = args.get(name, default)
    _checked(name, value, known)
    return value


def _checked(name: str, value: str, known: type[StrEnum]) -> None:
    if value not in {one.value for one in known}:
        raise InvalidInput(name, f"must be one of {', '.join(known)}")


def _flag(args: MultiDict[str, str], name: str) -> bool | None:
    value = args.get(name)
    if not value:
        return None
    if value not in _FLAGS:
        raise InvalidInput(name, f"must be one of {', '.join(_FLAGS)}")
    return _FLAGS[value]


def _next(query: BodyQuery) -> str:
    """The address of the following page: what was asked, with the next number."""
    kept = [(name, value) for name in request.args for value in request.args.getlist(name) if value]
    pairs = [pair for pair in kept if pair[0] not in ("page", "per_page")]
    pairs += [("page", str(query.page + 1)), ("per_page", str(query.per_page))]
    return f"{url_for('api_bodies.bodies')}?{urlencode(pairs)}"
