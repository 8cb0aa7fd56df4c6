# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A draft of publiccode.yml for a repository that has none, from what was read of it. Pure.

Every line that a person must confirm or decide ends in a comment that says so, and where the value comes from. What
is not known is a key without a value: the draft is YAML, and the check finds fault only with lines so marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import regex

from harvesters.publiccode.drafting_texts import ASKED, HEAD, MARKS, ORIGINS
from harvesters.publiccode.fixing_edits import PREFIX
from harvesters.publiccode.fixing_mends import VERSION
from harvesters.publiccode.fixing_tree import written
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import clean, cut, one_line
from registry.licences import is_generator_default
from registry.model import Fact, FactSource, Field, Json, LicenceEvidence, LicenceVerdict, Role, Solution
from registry.vocabulary.categories import categories

SHORTEST_LONG: Final = 150
LONGEST_LONG: Final = 10_000
LONGEST_SHORT: Final = 150
"""Lengths of the standard, in grapheme clusters."""
_UNKNOWN_LANGUAGE = "und"
_LONGEST_COMMENT = 300
_MOST_ITEMS = 20
_MOST_LANGUAGES = 12
_PLATFORMS = ("web", "windows", "mac", "linux", "android", "ios")
_WEB_MANIFESTS = frozenset({"npm"})
_WEB_CONTAINERS = frozenset({"compose", "dockerfile", "helm"})


def draft(solution: Solution, lang: str = "de") -> str:
    """The text of a publiccode.yml in the newest version, its comments in ``lang`` ("de" or "en")."""
    return _Draft(solution, lang).text()


@dataclass(slots=True)
class _Draft:
    solution: Solution
    lang: str
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        self.lines += [f"# {line}" for line in HEAD[self.lang]]
        self.lines += ["", f'publiccodeYmlVersion: "{VERSION}"', ""]
        for part in (self._product, self._release, self._kind, self._descriptions, self._legal, self._people):
            part()
            if self.lines[-1]:
                self.lines.append("")
        self._surroundings()
        return "\n".join(self.lines).rstrip("\n") + "\n"

    # --- sections -----------------------------------------------------------------------------------------------------

    def _product(self) -> None:
        name = one_line(self.solution.name)
        named = self._fact(Field.NAME) if name else None
        self._known("name", named, name or self._main_url().rpartition("/")[2])
        self._known("applicationSuite", self._fact(Field.APPLICATION_SUITE))
        main = self._main_url()
        others = [*self._all(Field.REPOSITORY_URL), *self._all(Field.MIRROR_OF)]
        other = next((url for url in others if _place(url) != _place(main)), None)
        hint = self._origin("address")
        if other:
            hint += "; " + self._ask("code_url", url=other)
        self._line("url", written(main, '"'), "confirm", hint)
        landing = self._fact(Field.LANDING_URL)
        homepage = self.solution.repositories[0].forge.homepage
        if landing is None and homepage and homepage.startswith(("https://", "http://")):
            self._line("landingURL", written(one_line(homepage), '"'), "confirm", self._origin("forge"))
        self._known("landingURL", landing)
        self._known("roadmap", self._fact(Field.ROADMAP_URL))
        based = self._fact(Field.IS_BASED_ON) or self._fact(Field.FORK_OF)
        if based:
            self._list("isBasedOn", _texts(based.value), "confirm", self._from(based))

    def _release(self) -> None:
        tags = self.solution.repositories[0].activity.tags
        stated = self._fact(Field.SOFTWARE_VERSION)
        # resolve makes facts of tags too, but those no longer say which tag.
        newest = tags[0] if tags else None
        if stated and stated.source is not FactSource.HISTORY:
            self._known("softwareVersion", stated)
        elif newest:
            hint = self._origin("tag", tag=newest.name)
            self._line("softwareVersion", written(one_line(newest.name), '"'), "confirm", hint)
        released = self._fact(Field.RELEASE_DATE)
        if released and released.source is not FactSource.HISTORY:
            self._known("releaseDate", released)
        elif newest:
            self._line("releaseDate", f'"{newest.at.date()}"', "confirm", self._origin("tag", tag=newest.name))

    def _kind(self) -> None:
        self._known("logo", self._fact(Field.LOGO))
        software_type, platforms = self._guesses()
        named = self._fact(Field.PLATFORMS)
        if named:
            self._list("platforms", _texts(named.value), "confirm", self._from(named))
        elif platforms:
            self._list("platforms", platforms[0], "confirm", f"{platforms[1]}; {self._ask('platforms')}")
        else:
            self._open("platforms")
        self._categories()
        self._status()
        stated = self._fact(Field.SOFTWARE_TYPE)
        if stated:
            self._known("softwareType", stated)
        elif software_type:
            self._line("softwareType", software_type[0], "confirm", f"{software_type[1]}; {self._ask('softwareType')}")
        else:
            self._open("softwareType")

    def _categories(self) -> None:
        stated = self._fact(Field.CATEGORIES)
        words = [word for word in self._words() if word in categories()]
        if stated:
            self._list("categories", _texts(stated.value), "confirm", self._from(stated))
        elif words:
            hint = self._origin("topics", words=", ".join(words))
            self._list("categories", words, "confirm", f"{hint}; {self._ask('categories')}")
        else:
            self._idea("categories:", self._ask("categories"))

    def _status(self) -> None:
        stated = self._fact(Field.DEVELOPMENT_STATUS)
        archived = self._fact(Field.ARCHIVED)
        gone = bool(archived.value) if archived else bool(self.solution.repositories[0].forge.archived)
        if stated:
            self._known("developmentStatus", stated)
        elif gone:
            self._line("developmentStatus", "obsolete", "confirm", self._origin("archived"))
        else:
            self._open("developmentStatus")

    def _descriptions(self) -> None:
        self.lines.append("description:")
        said = self.solution.fields
        tags = [value.fact.lang or _UNKNOWN_LANGUAGE for value in said.get(Field.SHORT_DESCRIPTION, ())]
        known = [tag for tag in dict.fromkeys(tags) if language_tag(tag) and tag != _UNKNOWN_LANGUAGE]
        for tag in known[:_MOST_LANGUAGES]:
            self.lines.append(f"  {written(tag)}:")
            self._description(tag)
        if not known:
            read = self._readme_language()
            self._line(read or self.lang, "", "confirm" if read else "decide", self._ask("language"), "  ")
            self._description(_UNKNOWN_LANGUAGE)

    def _description(self, tag: str) -> None:
        indent = " " * 4
        self._known("localisedName", self._fact(Field.LOCALISED_NAME, tag), indent=indent)
        short = self._fact(Field.SHORT_DESCRIPTION, tag)
        if short:
            text = cut(one_line(str(short.value)), LONGEST_SHORT)
            hint = f"{self._from(short)}; {self._ask('shortDescription')}"
            self._line("shortDescription", written(text, '"'), "confirm", hint, indent)
        else:
            self._open("shortDescription", indent=indent)
        self._long(self._fact(Field.LONG_DESCRIPTION, tag), short, indent)
        features = self._fact(Field.FEATURES, tag)
        if features:
            self._list("features", _texts(features.value), "confirm", self._from(features), indent)
        else:
            self._open("features", indent=indent)
        self._documentation(indent)

    def _long(self, fact: Fact | None, short: Fact | None, indent: str) -> None:
        """A text of the repository only where its licence is known: else it may not be passed on."""
        if fact is None and short and not str(short.value).endswith("…"):
            fact = short  # the first paragraph, before it was cut for the line above
        lines = _paragraphs(str(fact.value)) if fact and self.solution.licence.expression else []
        length = len(regex.findall(r"\X", "\n".join(lines)))
        if fact is None or not SHORTEST_LONG <= length <= LONGEST_LONG:
            self._open("longDescription", indent=indent)
            return
        self._line("longDescription", "|", "confirm", self._from(fact), indent)
        self.lines += [f"{indent}  {line}".rstrip() for line in lines]

    def _documentation(self, indent: str) -> None:
        stated, found = self._fact(Field.DOCUMENTATION_URL), self._all(Field.DOCUMENTATION)
        self._known("documentation", stated, indent=indent)
        if stated is None and found:
            self._idea("documentation:", self._ask("documentation", words=", ".join(found)), indent)
        self._known("apiDocumentation", self._fact(Field.API_DOCUMENTATION_URL), indent=indent)

    def _legal(self) -> None:
        self.lines.append("legal:")
        licence = self.solution.licence
        said = [
            item
            for item in licence.evidence
            if item.expression and not is_generator_default(item.origin.path, item.raw)
        ]
        texts = [item for item in said if item.kind == "text"]
        if licence.expression and licence.verdict is not LicenceVerdict.CONFLICT:
            self._licence(licence.expression, texts)
        elif len({item.expression for item in said}) == 1:
            self._licence(str(said[0].expression), said)
        else:
            seen = ", ".join(dict.fromkeys(f"{item.expression} ({item.origin.path or item.kind})" for item in said))
            hint = self._ask("conflict", words=seen) + "; " if seen else ""
            self._line("license", "", "decide", hint + self._ask("license"), "  ")
        owner = self._fact(Field.COPYRIGHT_OWNER)
        if owner:
            self._known("mainCopyrightOwner", owner, indent="  ")
        else:
            self._idea("mainCopyrightOwner:", self._ask("mainCopyrightOwner"), "  ")

    def _licence(self, expression: str, evidence: Sequence[LicenceEvidence]) -> None:
        first = evidence[0] if evidence else None
        if first and first.origin.path:
            hint = self._origin("path", path=first.origin.path)
        else:
            hint = self._origin("forge" if first and first.kind == "forge" else "repository")
        self._line("license", written(expression), "confirm", hint, "  ")

    def _people(self) -> None:
        self.lines.append("maintenance:")
        stated = self._fact(Field.MAINTENANCE_TYPE)
        if stated:
            self._known("type", stated, indent="  ")
        else:
            self._line("type", "", "decide", self._ask("maintenance"), "  ")
        self.lines += ["", "localisation:"]
        self._open("localisationReady", indent="  ")
        spoken = self._fact(Field.INTERFACE_LANGUAGES)
        if spoken:
            self._list("availableLanguages", _texts(spoken.value), "confirm", self._from(spoken), "  ")
        else:
            self._open("availableLanguages", indent="  ")

    def _surroundings(self) -> None:
        """What might be added, as comments only."""
        needed = [*self._all(Field.RUNTIMES), *self._all(Field.SERVICES)]
        if needed:
            self._idea("dependsOn:", self._ask("dependsOn", words=", ".join(needed)))
        self._idea("organisation:", self._ask("organisation"))

    # --- what is known ------------------------------------------------------------------------------------------------

    def _fact(self, name: Field, tag: str | None = None) -> Fact | None:
        values = self.solution.fields.get(name, ())
        chosen = (value.fact for value in values if tag is None or (value.fact.lang or _UNKNOWN_LANGUAGE) == tag)
        return next(chosen, None)

    def _all(self, name: Field) -> list[str]:
        """The items of a list that several statements add to, each once."""
        said = [fact for value in self.solution.fields.get(name, ()) for fact in value.candidates or (value.fact,)]
        return list(dict.fromkeys(text for fact in said for text in _texts(fact.value)))

    def _words(self) -> list[str]:
        """Topics and keywords as publishers gave them, in lower case."""
        given = [*self._all(Field.TOPICS), *self.solution.repositories[0].forge.topics, *self._all(Field.KEYWORDS)]
        return list(dict.fromkeys("-".join(word.lower().split()) for word in given))

    def _guesses(self) -> tuple[tuple[str, str] | None, tuple[Sequence[str], str] | None]:
        """Software type and platforms with the evidence, where something in the repository speaks for them."""
        named = [word for word in self._words() if word in _PLATFORMS]
        container, manifests = self._all(Field.CONTAINER), self._all(Field.PACKAGE_MANIFESTS)
        web = sorted(_WEB_CONTAINERS.intersection(container)) + sorted(_WEB_MANIFESTS.intersection(manifests))
        if _WEB_CONTAINERS.intersection(container) and _WEB_MANIFESTS.intersection(manifests):
            hint = self._origin("evidence", words=", ".join(web))
            return ("standalone/web", hint), (list(dict.fromkeys(["web", *named])), hint)
        return None, (named, self._origin("topics", words=", ".join(named))) if named else None

    def _main_url(self) -> str:
        parts = self.solution.repositories
        return next((part.url for part in parts if part.role is Role.MAIN), parts[0].url)

    def _readme_language(self) -> str | None:
        readme = self._fact(Field.README)
        tag = readme.value.get("lang") if readme and isinstance(readme.value, Mapping) else None
        return str(tag) if tag and language_tag(str(tag)) else None

    # --- lines --------------------------------------------------------------------------------------------------------

    def _known(self, key: str, fact: Fact | None, value: str | None = None, indent: str = "") -> None:
        text = one_line(value or str(fact.value if fact else ""))
        if text:
            hint = self._from(fact) if fact else self._origin("repository")
            self._line(key, written(text, '"'), "confirm", hint, indent)

    def _open(self, key: str, *, indent: str = "") -> None:
        self._line(key, "", "decide", self._ask(key), indent)

    def _list(self, key: str, items: Iterable[str], mark: str, hint: str, indent: str = "") -> None:
        self._line(key, "", mark, hint, indent)
        self.lines += [f"{indent}  - {written(one_line(item))}" for item in list(items)[:_MOST_ITEMS]]

    def _idea(self, key: str, hint: str, indent: str = "") -> None:
        self.lines.append(self._remark(f"{indent}# {key}", "decide", hint))

    def _line(self, key: str, value: str, mark: str, hint: str, indent: str = "") -> None:
        self.lines.append(self._remark(f"{indent}{written(key)}:" + (f" {value}" if value else ""), mark, hint))

    def _remark(self, before: str, mark: str, hint: str) -> str:
        return f"{before}  {PREFIX}{MARKS[mark][self.lang]}: {cut(one_line(hint), _LONGEST_COMMENT)}"

    def _from(self, fact: Fact) -> str:
        origin = fact.origin
        if origin.path:
            kind = "line" if origin.line else "path"
            return self._origin(kind, path=origin.path, line=str(origin.line))
        kinds = {FactSource.FORGE: "forge", FactSource.REPOSITORY_NAME: "name"}
        return self._origin(kinds.get(fact.source, "repository"))

    def _origin(self, kind: str, **params: str) -> str:
        return ORIGINS[kind][self.lang].format(**params)

    def _ask(self, key: str, **params: str) -> str:
        return ASKED[key][self.lang].format(**params)


def _texts(value: Json) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [text for item in items if isinstance(item, str) and (text := one_line(item))]


def _paragraphs(text: str) -> list[str]:
    """The lines of a literal block, cut to the standard's length; white space that YAML would misread is taken out."""
    lines = [line.rstrip() for line in clean(text).replace("\t", "  ").splitlines()]
    tidy = cut("\n".join(lines).strip(), LONGEST_LONG - 1)
    return tidy.strip().split("\n") if tidy else []


def _place(url: str) -> str:
    return url.strip().lower().partition("://")[2].rstrip("/").removesuffix(".git")
