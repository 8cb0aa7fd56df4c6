# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Documents as Whoosh holds them: per field of text the tokens with their places and the stems, and two JSON rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from whoosh import fields
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.reading import SegmentReader
from whoosh.writing import MERGE_SMALL

from registry.model import FACETS, IndexDocument
from registry.search.ranking import STEMS
from registry.search.terms import BREAK, FIELDS, LISTED, FieldTerms, shown_values, terms

SCHEMA_VERSION = 5
"""Raise it when the fields or the JSON rows change: indexes of another version are rebuilt."""

_DELETED = 0.25
"""Share of deleted documents from which on a segment is written anew: what changes each night must not pile up."""


def schema() -> Any:
    """The whoosh.fields.Schema. Terms arrive ready made, so Whoosh only splits them at blanks."""
    split = SpaceSeparatedTokenizer()
    made = fields.Schema(id=fields.ID(unique=True), row=fields.STORED, texts=fields.STORED)
    for name in FIELDS:
        made.add(name, fields.TEXT(analyzer=split, phrase=True))
        made.add(name + STEMS, fields.TEXT(analyzer=split, phrase=False))
    return made


def write(index: Any, documents: Iterable[IndexDocument], stale: Iterable[str] = ()) -> int:
    """Removes the stale ids and adds the documents in one commit of a whoosh.index.FileIndex; documents it then has.

    Of several documents with one id the first counts.
    """
    writer = index.writer()
    try:
        for old in stale:
            writer.delete_by_term("id", old)
        seen: set[str] = set()
        for document in documents:
            if document.id not in seen:
                seen.add(document.id)
                writer.add_document(**record(document))
        writer.commit(mergetype=_merge)
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise
    return int(index.doc_count())


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Small segments are joined, and one of which much was deleted is written anew without that."""
    kept: list[Any] = []
    for segment in MERGE_SMALL(writer, segments):
        if segment.deleted_count() <= _DELETED * segment.doc_count_all():
            kept.append(segment)
            continue
        reader = SegmentReader(writer.storage, writer.schema, segment)
        try:
            writer.add_reader(reader)
        finally:
            reader.close()
    return kept


def record(document: IndexDocument) -> Mapping[str, str]:
    """One document as keyword arguments of Whoosh's ``add_document``."""
    by_field = terms(document)
    made = {"id": document.id, "row": _row(document, by_field), "texts": _texts(document)}
    for name, found in by_field.items():
        if found.tokens:
            made[name] = " ".join(found.tokens)
        if found.stems:
            made[name + STEMS] = " ".join(found.stems)
    return made


def _row(document: IndexDocument, by_field: Mapping[str, FieldTerms]) -> str:
    values: Mapping[str, tuple[str | None, ...]] = {
        "category": document.category,
        "licence_kind": document.licence_kind,
        "licence": document.licence,
        "publisher": (document.publisher,),
        "land": (document.land,),
        "kind": (document.kind,),
        "size": (document.size,),
        "country": (document.country,),
        "language": document.language,
        "state": (document.state.value,),
    }
    row = {
        "id": document.id,
        "name": document.name,
        "hash": document.content_hash,
        "activity": document.last_activity.timestamp() if document.last_activity else None,
        "facets": {name: sorted({value for value in values[name] if value}) for name in FACETS},
        "lengths": {name: sum(token != BREAK for token in found.tokens) for name, found in by_field.items()},
    }
    return json.dumps(row)


def _texts(document: IndexDocument) -> str:
    listed = {name: shown for name in LISTED if (shown := shown_values(document, name))}
    return json.dumps({"name": document.name, "short": dict(document.short), "long": dict(document.long), **listed})
