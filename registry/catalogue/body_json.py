# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies as JSON, for the command line and the API alike. Keys are only ever added.

``land`` is a Land's German name and ``land_code`` its code after ISO 3166-2; a foreign body has a ``region`` instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from urllib.parse import quote, urlencode

from registry.bodies.keys import land_name
from registry.catalogue.locating import BodyDetails, Fitting, Located, Served
from registry.catalogue.presenting import moment
from registry.model import Body, BodyEvent, BodyMerge, BodyPage, BodySolution, Json

API = "/api/v1"
ATTRIBUTION: Sequence[Mapping[str, str | None]] = (
    {
        "source": "GeoNames",
        "notice": "GeoNames (geonames.org), changed",
        "url": "https://www.geonames.org/",
        "licence": "CC-BY-4.0",
        "covers": "coordinates and populations of the shipped register",
    },
    {
        "source": "Bundesamt für Kartographie und Geodäsie (BKG)",
        "notice": "© GeoBasis-DE / BKG 2016 (Daten verändert)",
        "url": "https://www.bkg.bund.de/",
        "licence": "LicenseRef-GeoNutzV",
        "covers": "keys, names, designations, membership and centres in the shipped register",
    },
    {
        "source": "Deutscher Wetterdienst (DWD)",
        "notice": "Quelle: Deutscher Wetterdienst (Daten verändert)",
        "url": "https://www.dwd.de/",
        "licence": "CC-BY-4.0",
        "covers": "municipalities and names of 2021 in the shipped register",
    },
    {
        "source": "Statistisches Bundesamt (Destatis)",
        "notice": "© Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV-ISys",
        "url": "https://www.destatis.de/",
        "licence": None,
        "covers": "what the operator of this catalogue imported from the official list (origin gv100ad)",
    },
)
"""Whom to name for the data of the register; whoever passes it on names them too. Source of the first three:
``registry/vocabulary/bodies/README.md``."""


def located_json(found: Located) -> dict[str, Json]:
    """``allmende body find --json``."""
    return {
        "query": found.query,
        "outcome": found.outcome.value,
        "bodies": [_fitting_json(one) for one in found.bodies],
    }


def _fitting_json(one: Fitting) -> dict[str, Json]:
    body = one.body
    return {
        "name": body.name,
        "kind": body.kind.value,
        "land": land_name(body.land),
        "ars": body.keys.ars,
        "score": round(one.score, 3),
        "title": body.title,
        "slug": body.slug,
        "designation": body.designation,
        "land_code": body.land,
        "region": body.region,
        "country": body.country,
        "ags": body.keys.ags,
        "foreign_key": _foreign_json(body),
        "population": body.population,
        "parent": one.parent.title if one.parent is not None else None,
        "why": one.why,
    }


def bodies_json(page: BodyPage, number: int, per_page: int, next_url: str | None) -> dict[str, Json]:
    """A page of the list, with what each facet would give and whom to name for the data."""
    return {
        "total": page.total,
        "page": number,
        "per_page": per_page,
        "next": next_url,
        "results": [body_json(body, page.published.get(body.id, 0)) for body in page.bodies],
        "facets": {name: _facet_json(values) for name, values in page.facets.items()},
        "attribution": [dict(source) for source in ATTRIBUTION],
    }


def body_json(body: Body, solutions: int) -> dict[str, Json]:
    """One body in a list; ``solutions`` is how many it publishes."""
    return {
        **reference_json(body),
        "name": body.name,
        "designation": body.designation,
        "country": body.country,
        "land": land_name(body.land),
        "land_code": body.land,
        "region": body.region,
        "ars": body.keys.ars,
        "ags": body.keys.ags,
        "keys_as_of": body.keys.as_of,
        "foreign_key": _foreign_json(body),
        "population": body.population,
        "population_as_of": body.population_as_of,
        "size": body.size_class.value if body.size_class is not None else None,
        "latitude": body.place.latitude if body.place is not None else None,
        "longitude": body.place.longitude if body.place is not None else None,
        "dissolved_on": body.dissolved_on,
        "origin": body.origin.value,
        "reconciled": body.reconciled,
        "published": solutions,
    }


def details_json(found: BodyDetails) -> dict[str, Json]:
    """All about one body. Lists of other bodies are references; what may be long is a number with an address."""
    body = found.body
    return {
        **body_json(body, len(found.solutions)),
        "own_title": body.own_title,
        "legal_form": body.legal_form,
        "uri": body.uri,
        "area_hectares": body.area,
        "programme_label": body.programme_label,
        "names": [{"name": one.name, "kind": one.kind.value, "until": one.until} for one in body.names],
        "domains": list(body.domains),
        "accounts": list(body.forge_organisations),
        "parent": reference_json(found.ancestors[0]) if found.ancestors else None,
        "belongs_to": references_json(found.ancestors),
        "children": {"total": len(found.children), "url": _list_url(parent=body.slug)},
        "members": references_json(found.members),
        "member_of": references_json(found.member_of),
        "serves": [_served_json(one) for one in found.serves],
        "providers": references_json(found.providers),
        "successor": reference_json(found.successor) if found.successor is not None else None,
        "moved_to": address(found.successor) if found.successor is not None else None,
        "predecessors": references_json(found.predecessors),
        "solutions": {
            "total": len(found.solutions),
            "url": f"{API}/solutions?{urlencode({'publisher': body.slug})}",
            "results": [_solution_json(one) for one in found.solutions],
        },
        "operates": [_solution_json(one) for one in found.operated],
        "history": [_event_json(one) for one in found.events],
        "attribution": [dict(source) for source in ATTRIBUTION],
    }


def merge_json(plan: BodyMerge, changed: bool) -> dict[str, Json]:
    """``allmende body merge --json``; what moved is 0 throughout where it was so already."""
    return {"from": plan.gone.slug, "into": plan.kept.slug, "changed": changed, "moved": dict(moved(plan))}


def moved(plan: BodyMerge) -> Mapping[str, int]:
    names = ("solutions", "repositories", "sources", "operated", "accounts", "domains", "children", "relations")
    return {name: getattr(plan, name) for name in names}


def reference_json(body: Body) -> dict[str, Json]:
    """Another body, to be named and gone to."""
    return {
        "slug": body.slug,
        "title": body.title,
        "kind": body.kind.value,
        "url": f"/bodies/{quote(body.slug)}",
        "api": address(body),
    }


def address(body: Body) -> str:
    """Of a body in the API, from the host's root."""
    return f"{API}/bodies/{quote(body.slug)}"


def references_json(bodies: Iterable[Body]) -> list[Json]:
    return [reference_json(body) for body in bodies]


def _facet_json(values: Mapping[str, int]) -> list[Json]:
    return [{"value": value, "count": count} for value, count in values.items()]


def _foreign_json(body: Body) -> dict[str, Json] | None:
    keys = body.keys
    return {"scheme": keys.foreign_scheme, "key": keys.foreign_key} if keys.foreign_key is not None else None


def _served_json(one: Served) -> dict[str, Json]:
    return {
        "body": reference_json(one.body) if one.body is not None else None,
        "land": land_name(one.region),
        "land_code": one.region,
        "source": one.source_url,
    }


def _solution_json(one: BodySolution) -> dict[str, Json]:
    return {"slug": one.slug, "name": one.name, "url": f"/solutions/{quote(one.slug)}"}


def _event_json(one: BodyEvent) -> dict[str, Json]:
    detail = cast("dict[str, Json]", dict(one.detail))
    return {"kind": one.kind.value, "at": moment(one.at), "as_of": one.as_of, "detail": detail}


def _list_url(**asked: str) -> str:
    return f"{API}/bodies?{urlencode(asked)}"
