# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values of codemeta.json to values of the model, by the terms of CodeMeta (https://codemeta.github.io/terms/)."""

from __future__ import annotations

from harvesters.readers import declared_values as values
from harvesters.readers.linked import SOFTWARE, parts, types
from harvesters.readers.yamlsafe import Node
from registry.model import Json
from registry.vocabulary.categories import categories

_MOST = 30
_ORGANISATIONS = ("Organization", "Corporation", "NGO", "FundingAgency", "Consortium")
_STATUS = {
    "concept": "concept", "wip": "development", "active": "stable", "unsupported": "obsolete", "abandoned": "obsolete",
}  # fmt: skip
"""Of https://www.repostatus.org; "inactive", "suspended" and "moved" say neither that it is used nor that it ended."""
_OWN_STATUS = frozenset({"concept", "development", "beta", "stable", "obsolete"})
_RUNTIMES = {
    "python": "python", "php": "php", "java": "java", "node": "node", "nodejs": "node", "node.js": "node",
    "ruby": "ruby", "go": "go", "rust": "rust", "r": "r",
}  # fmt: skip


def text(node: Node) -> str | None:
    return next((one for item in parts(node, "@value", "name") if (one := values.text(item))), None)


def texts(node: Node) -> list[str] | None:
    """Languages and platforms: texts, or things with a name; addresses name nothing to a reader."""
    found = [one for item in parts(node, "@value", "name") if (one := values.text(item))]
    if len(found) == 1:
        found = found[0].split(",")
    kept = [one.strip() for one in found if one.strip() and "://" not in one]
    return list(dict.fromkeys(kept))[:_MOST] or None


def web(node: Node) -> str | None:
    return next((one for item in parts(node, "url", "@id", "@value") if (one := values.web(item))), None)


def repository(node: Node) -> str | None:
    return next((one for item in parts(node, "@id", "url", "@value") if (one := values.repository(item))), None)


def licence(node: Node) -> str | None:
    """One licence; "spdx:" is the prefix of the SPDX list in some contexts."""
    written = values.licence(node)
    return written.removeprefix("spdx:") if written else None


def platforms(node: Node) -> list[str] | None:
    """Where it runs, as written; runtimes we know spelt as in other manifests."""
    found = [_runtime(*_split(one)) or one for one in texts(node) or []]
    return list(dict.fromkeys(found)) or None


def runtimes(node: Node) -> list[str] | None:
    """Of the requirements those that name a runtime with a version; the others are libraries."""
    found = [_runtime(*_requirement(item)) for item in values.items(node)]
    return list(dict.fromkeys(one for one in found if one))[:_MOST] or None


def _runtime(name: str, version: str) -> str | None:
    runtime = _RUNTIMES.get(name.strip().lower())
    return f"{runtime} {values.specification(version)}".strip() if runtime and version else None


def _requirement(node: Node) -> tuple[str, str]:
    if isinstance(node.value, dict):
        name, version = (values.text(node.value[key]) if key in node.value else None for key in ("name", "version"))
        return name or "", version or ""
    return _split(values.text(node) or "")


def _split(written: str) -> tuple[str, str]:
    place = next((at for at, sign in enumerate(written[:40]) if sign in "<>=~^ "), len(written))
    version = written[place:].strip()[:40]
    return written[:place], version if version[:1] in tuple("<>=~^0123456789") else ""


def status(node: Node) -> str | None:
    """A state of repostatus.org, or one of our five words, as far as it is certain."""
    written = next((item.text for item in parts(node, "@id", "url", "@value", "name")), "").strip().lower().rstrip("/")
    word = written[:200].rpartition("/")[2].rpartition("#")[2]
    known = "repostatus.org/" in written[:200] or written == word
    return (word if word in _OWN_STATUS else _STATUS.get(word)) if known else None


def identifiers(node: Node) -> list[str] | None:
    written = (values.text(item) or "" for item in parts(node, "value", "@id", "url", "@value"))
    return list(dict.fromkeys(one for item in written if (one := values.identifier(item))))[:_MOST] or None


def funders(node: Node) -> list[Json] | None:
    """Organisations by type, and addresses (of ROR or a web site); a name alone may be a person's."""
    found: list[Json] = []
    for item in values.items(node)[:_MOST]:
        if isinstance(item.value, dict) and any(kind.endswith(_ORGANISATIONS) for kind in types(item)):
            name = text(item.value["name"]) if "name" in item.value else None
            found.append({"uri": web(item), "name": name})
        elif not isinstance(item.value, dict) and (uri := values.web(item)):
            found.append({"uri": uri, "name": None})
    return [one for one in found if any(one.values())] or None


def known_categories(node: Node) -> list[str] | None:
    """Those that the vocabulary of publiccode.yml knows under the same name."""
    found = ["-".join(one.lower().split()) for one in texts(node) or []]
    return [one for one in dict.fromkeys(found) if one in categories()] or None


def suite(node: Node) -> str | None:
    """The software this is a part of; a collection or journal is none."""
    found = [item for item in values.items(node) if set(types(item)) & SOFTWARE]
    return text(found[0]) if found else None
