# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an import changes, told in plain words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.bodies.keys import land_name
from registry.bodies.planning import CONFIRMED, FIGURES
from registry.bodies.plans import Changed, Dissolved, Evidence, Proof
from registry.bodies.rows import BadRow
from registry.catalogue.enrolling import Report
from registry.model import Body, BodyEventKind
from registry.vocabulary.rules import explain

FIRST = 20
"""Changes of each kind that are named unless all are asked for."""

TEXTS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "read": "{count} Stellen gelesen{as_of}.",
        "as-of": ", Gebietsstand {day}",
        "dry": "Probelauf: Nichts wurde geschrieben.",
        "refused": "Diese Liste würde abgewiesen: Es fehlen {missing} von {known} bekannten Stellen ({group}), ohne "
        "dass sich zeigt, worin sie aufgingen. Mit --accept wird sie trotzdem übernommen.",
        "nothing": "Nichts ändert sich.",
        "added": "neu: {count}",
        "renamed": "umbenannt: {count}",
        "rekeyed": "anderer Schlüssel, sonst gleich: {count}",
        "merged": "in einer anderen aufgegangen: {count}",
        "dissolved": "aufgelöst, Nachfolge unbekannt: {count}",
        "changed": "geändert: {count}",
        "supplemented": "ergänzt: {count}",
        "figures": "nur Einwohner oder Fläche geändert: {count}",
        "confirmed": "nur Gebietsstand neuer: {count}",
        "unchanged": "unverändert: {count}",
        "merge": "{old} ging in {new} auf: {why}",
        "areas": "Die Flächen gehen auf ({dissolved} ha, hinzugekommen {gained} ha).",
        "populations": "Die Einwohnerzahlen gehen auf ({dissolved}, hinzugekommen {gained}).",
        "areas-and-populations": "Flächen und Einwohnerzahlen gehen auf ({dissolved} ha, hinzugekommen {gained} ha).",
        "names": "Ihr neuer Name ist aus den alten gebildet.",
        "only-one": "Nur sie ist im Kreis neu oder gewachsen ({dissolved} ha, hinzugekommen {gained} ha).",
        "members": "Alle {dissolved} Gemeinden gehören jetzt dorthin.",
        "told": "Die Liste sagt es.",
        "unknown": "{old}: Nachfolge unbekannt. Eintragen: allmende body merge {slug} NACHFOLGER",
        "unclear": "Zeile {line}, {name}: ohne Schlüssel nicht eindeutig ({count} Stellen heißen so), ausgelassen",
        "still": "{name} steht in der Liste, ging hier aber schon in einer anderen Stelle auf: unverändert",
        "unknown-key": "Schlüssel ohne bekannte Stelle, ausgelassen: {key}",
        "partial": "Bekannte Stellen, die der Liste fehlen, bleiben bestehen (sie hat dort zu wenige, um als "
        "vollständig zu gelten): {group} ({land})",
        "more": "... und {count} weitere (--all zeigt alle)",
        "line": "{file}, Zeile {line}:",
        "left-out": "Ausgelassen",
        "local": "Gemeinden", "county": "Kreise", "association": "Gemeindeverbände", "state": "Länder",
        "national": "Staaten", "organisation": "sonstige",
    },
    "en": {
        "read": "{count} bodies read{as_of}.",
        "as-of": ", as of {day} (Gebietsstand)",
        "dry": "Dry run: nothing was written.",
        "refused": "This list would be refused: {missing} of {known} known bodies ({group}) are missing, and nothing "
        "shows what they became a part of. --accept takes it all the same.",
        "nothing": "Nothing changes.",
        "added": "new: {count}",
        "renamed": "renamed: {count}",
        "rekeyed": "another key, else the same: {count}",
        "merged": "became a part of another: {count}",
        "dissolved": "dissolved, successor unknown: {count}",
        "changed": "changed: {count}",
        "supplemented": "supplemented: {count}",
        "figures": "only population or area changed: {count}",
        "confirmed": "only the state of the key is newer: {count}",
        "unchanged": "unchanged: {count}",
        "merge": "{old} became a part of {new}: {why}",
        "areas": "the areas add up ({dissolved} ha, gained {gained} ha).",
        "populations": "the populations add up ({dissolved}, gained {gained}).",
        "areas-and-populations": "areas and populations add up ({dissolved} ha, gained {gained} ha).",
        "names": "its new name is made of the old ones.",
        "only-one": "it alone of the county is new or has grown ({dissolved} ha, gained {gained} ha).",
        "members": "all its {dissolved} municipalities belong there now.",
        "told": "the list says so.",
        "unknown": "{old}: successor unknown. Enter it: allmende body merge {slug} SUCCESSOR",
        "unclear": "Line {line}, {name}: not clear without a key ({count} bodies have this name), left out",
        "still": "{name} is listed, but became a part of another body here already: unchanged",
        "unknown-key": "Key that no known body has, left out: {key}",
        "partial": "Known bodies that the list lacks stay as they are (it has too few there to count as complete): "
        "{group} ({land})",
        "more": "... and {count} more (--all shows all)",
        "line": "{file}, line {line}:",
        "left-out": "Left out",
        "local": "municipalities", "county": "counties", "association": "associations", "state": "Länder",
        "national": "countries", "organisation": "others",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    lang: str

    def text(self, name: str, /, **params: str) -> str:
        return TEXTS[self.lang][name].format(**params)

    def land(self, iso: str) -> str:
        """A Land by name; a code that is none as it is."""
        return land_name(iso, self.lang) or iso


@dataclass(frozen=True, slots=True)
class Sorted:
    """Changes by what kind of change they are."""

    renamed: tuple[Changed, ...]
    rekeyed: tuple[Changed, ...]
    changed: tuple[Changed, ...]
    supplemented: tuple[Changed, ...]
    figures: tuple[Changed, ...]
    confirmed: tuple[Changed, ...]
    merged: tuple[Dissolved, ...]
    dissolved: tuple[Dissolved, ...]


def sort(report: Report) -> Sorted:
    found: dict[str, list[Changed]] = {name: [] for name in Sorted.__slots__}
    for one in report.plan.changed:
        found[_sort_of(one)].append(one)
    gone = report.plan.dissolved
    return Sorted(
        merged=tuple(one for one in gone if one.successor_id is not None),
        dissolved=tuple(one for one in gone if one.successor_id is None),
        **{name: tuple(ones) for name, ones in found.items() if name not in ("merged", "dissolved")},
    )


def _sort_of(one: Changed) -> str:
    if BodyEventKind.RENAMED in one.events:
        return "renamed"
    if BodyEventKind.REKEYED in one.events:
        return "rekeyed"
    if BodyEventKind.CHANGED in one.events or "name" in one.what:
        return "changed"
    rest = set(one.what) - CONFIRMED
    if not rest:
        return "confirmed"
    return "supplemented" if rest - FIGURES else "figures"


def told(report: Report, lang: str, everything: bool = False) -> Iterator[str]:
    """Line by line."""
    words, sorts, plan = Words(lang), sort(report), report.plan
    as_of = words.text("as-of", day=plan.as_of) if plan.as_of else ""
    yield words.text("read", count=str(report.read), as_of=as_of)
    most = None if everything else FIRST
    yield from _section(words, "added", [_name(one.body) for one in plan.added], most)
    yield from _section(words, "renamed", [f"{one.before.title} -> {one.after.title}" for one in sorts.renamed], most)
    yield from _section(words, "rekeyed", [_rekeyed(one) for one in sorts.rekeyed], most)
    yield from _section(words, "merged", [_merged(words, one, report.bodies) for one in sorts.merged], None)
    yield from _section(words, "dissolved", [_unknown(words, one) for one in sorts.dissolved], None)
    yield from _section(words, "changed", [_changed(one) for one in sorts.changed], most)
    for name in ("supplemented", "figures", "confirmed"):
        yield from _section(words, name, [""] * len(getattr(sorts, name)), 0)
    if plan.empty:
        yield words.text("nothing")
    elif plan.unchanged:
        yield words.text("unchanged", count=str(plan.unchanged))
    yield from _limited(words, [_unclear(words, report, number) for number in range(len(plan.unclear))], most)
    yield from _limited(words, [words.text("still", name=entry.name) for entry, _ in plan.still_listed], most)
    yield from _limited(words, [words.text("unknown-key", key=key) for key in plan.unknown_keys], most)
    for group in sorted({group for _, group in plan.partial}):
        lands = ", ".join(words.land(land) for land, other in plan.partial if other == group)
        yield words.text("partial", land=lands, group=words.text(group))
    if report.dry_run:
        if report.refused:
            for shrink in plan.shrinks:
                group = words.text(shrink.group)
                yield words.text("refused", missing=str(shrink.missing), known=str(shrink.known), group=group)
        yield words.text("dry")


def report_json(report: Report) -> dict[str, Any]:
    sorts, plan = sort(report), report.plan
    counts = {name: len(getattr(sorts, name)) for name in Sorted.__slots__}
    return {
        "imported": not report.dry_run,
        "dry_run": report.dry_run,
        "refused": report.refused and report.dry_run,
        "as_of": plan.as_of,
        "read": report.read,
        "counts": {"added": len(plan.added), **counts, "unchanged": plan.unchanged},
        "added": [_body_json(one.body) for one in plan.added],
        "renamed": [{**_body_json(one.after), "before": one.before.name} for one in sorts.renamed],
        "rekeyed": [{**_body_json(one.after), "before": one.before.keys.official} for one in sorts.rekeyed],
        "changed": [{**_body_json(one.after), "what": sorted(one.what)} for one in sorts.changed],
        "merged": [
            {**_body_json(one.body), "into": _body_json(report.bodies[one.successor_id or ""]),
             "evidence": _evidence_json(one.evidence)}
            for one in sorts.merged
        ],
        "dissolved": [_body_json(one.body) for one in sorts.dissolved],
        "unclear": [{"line": one.entry.where, "name": one.entry.name} for one in plan.unclear],
        "still_listed": [entry.name for entry, _ in plan.still_listed],
        "unknown_keys": list(plan.unknown_keys),
        "partial": [{"land": land, "group": group} for land, group in plan.partial],
        "skipped": rows_json(report.skipped, "en"),
    }  # fmt: skip


def rows_json(rows: Iterable[BadRow], lang: str) -> list[dict[str, Any]]:
    return [
        {
            "line": row.line,
            "rule": row.rule,
            "detail": row.words["subject"],
            "message": explain(row.rule, row.words, lang).message,
        }
        for row in rows
    ]


def _section(words: Words, name: str, lines: Sequence[str], most: int | None) -> Iterator[str]:
    if lines:
        yield words.text(name, count=str(len(lines)))
        if most != 0:
            yield from (f"  {line}" for line in _limited(words, lines, most))


def _limited(words: Words, lines: Sequence[str], most: int | None) -> Iterator[str]:
    yield from lines[:most]
    if most is not None and len(lines) > most:
        yield words.text("more", count=str(len(lines) - most))


def _name(body: Body) -> str:
    return f"{body.title} ({body.keys.official})" if body.keys.official else body.title


def _rekeyed(one: Changed) -> str:
    return f"{one.after.title}: {one.before.keys.official} -> {one.after.keys.official}"


def _changed(one: Changed) -> str:
    shown = [name for name in one.what if name not in CONFIRMED | FIGURES and name not in ("names", "parent_id")]
    pairs = [f"{name} {one.what[name][0]} -> {one.what[name][1]}" for name in shown]
    return f"{one.before.title}: {', '.join(pairs or sorted(one.what))}"


def _merged(words: Words, one: Dissolved, bodies: Mapping[str, Body]) -> str:
    evidence = one.evidence or Evidence(Proof.TOLD)
    figures = {"dissolved": str(evidence.dissolved), "gained": str(evidence.gained)}
    successor = bodies.get(one.successor_id or "")
    why = words.text(evidence.proof.value, **figures)
    return words.text("merge", old=_name(one.body), new=successor.title if successor else "?", why=why)


def _unknown(words: Words, one: Dissolved) -> str:
    return words.text("unknown", old=_name(one.body), slug=one.body.slug)


def _unclear(words: Words, report: Report, number: int) -> str:
    one = report.plan.unclear[number]
    return words.text("unclear", line=one.entry.where, name=one.entry.name, count=str(len(one.candidates)))


def _body_json(body: Body) -> dict[str, Any]:
    return {
        "name": body.name,
        "title": body.title,
        "slug": body.slug or None,
        "kind": body.kind.value,
        "ars": body.keys.ars,
        "ags": body.keys.ags,
        "land_code": body.land,
    }


def _evidence_json(evidence: Evidence | None) -> dict[str, Any] | None:
    if evidence is None:
        return None
    return {"proof": evidence.proof.value, "dissolved": evidence.dissolved, "gained": evidence.gained}
