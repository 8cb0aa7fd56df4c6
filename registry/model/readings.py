# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is read from a snapshot: facts with their origin, and problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from registry.model.snapshots import Activity
from registry.model.sources import Json, RepositoryRef


class Severity(StrEnum):
    BLOCKING = "blocking"
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class FactSource(StrEnum):
    """Which kind of evidence a fact comes from; ``resolve`` ranks by it."""

    PERSON = "person"
    PUBLICCODE = "publiccode"
    CODEMETA = "codemeta"
    CITATION = "citation"
    LICENCE_FILE = "licence_file"
    REUSE = "reuse"
    MANIFEST = "manifest"
    README = "readme"
    TREE = "tree"
    HISTORY = "history"
    FORGE = "forge"
    REPOSITORY_NAME = "repository_name"
    PEER = "peer"
    """Another catalogue says so: a claim, shown with its origin, that never beats what the repository says."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was seen: in the API and on pages ``{"repository", "path", "line", "commit"}``."""

    repository: str
    path: str | None = None
    line: int | None = None
    """Counts from 1."""
    commit: str | None = None
    column: int | None = None


class Field(StrEnum):
    """The fields of a solution. Those in ``PER_LANGUAGE`` carry a BCP 47 tag in ``Fact.lang``.

    The comment says the JSON type of a value.
    """

    NAME = "name"  # str
    SHORT_DESCRIPTION = "short_description"  # str, per language, plain text
    LONG_DESCRIPTION = "long_description"  # str, per language, plain text or Markdown source
    LONG_DESCRIPTION_HTML = "long_description_html"  # str, per language, sanitised HTML
    FEATURES = "features"  # list[str], per language
    DECLARED_LICENCE = "declared_licence"  # str as written in publiccode.yml or a manifest
    # One fact for each text, notice or tag found in a licence file, and one for a file in which nothing was recognised:
    # {"expression": str | None, "confidence": float, "path": str, "kind": text|notice, "start": int, "end": int,
    # "aside": bool, "changes": list[{"added": str, "removed": str, "line": int}]}; the last four may be missing
    DETECTED_LICENCE = "detected_licence"
    # SPDX tags, REUSE.toml and .reuse/dep5: {"expression": str, "path": str, "covers": tag|all|part}
    REUSE_LICENCE = "reuse_licence"
    CATEGORIES = "categories"  # list[str], publiccode.yml vocabulary
    SCOPES = "scopes"  # list[str], intendedAudience.scope
    AUDIENCE_COUNTRIES = "audience_countries"  # list[str], upper-case ISO 3166-1 alpha-2
    PLATFORMS = "platforms"  # list[str]
    SOFTWARE_TYPE = "software_type"  # str
    DEVELOPMENT_STATUS = "development_status"  # concept|development|beta|stable|obsolete
    INTERFACE_LANGUAGES = "interface_languages"  # list[str], BCP 47
    UPSTREAM_URL = "upstream_url"  # str, publiccode.yml url
    LANDING_URL = "landing_url"  # str
    ROADMAP_URL = "roadmap_url"  # str
    DOCUMENTATION_URL = "documentation_url"  # str
    API_DOCUMENTATION_URL = "api_documentation_url"  # str
    ISSUES_URL = "issues_url"  # str
    SOFTWARE_VERSION = "software_version"  # str
    RELEASE_DATE = "release_date"  # str, YYYY-MM-DD
    APPLICATION_SUITE = "application_suite"  # str
    IS_BASED_ON = "is_based_on"  # list[str]
    USED_BY = "used_by"  # list[str], the publisher's own statement
    ORGANISATION = "organisation"  # {"uri": str | None, "name": str | None}
    COPYRIGHT_OWNER = "copyright_owner"  # str
    MAINTENANCE_TYPE = "maintenance_type"  # internal|contract|community|none
    DEPENDS_ON = "depends_on"  # list[{"kind": open|proprietary|hardware, "name": str, "version": str | None}]
    TOPICS = "topics"  # list[str], from the forge
    CONTAINER = "container"  # list[str]: dockerfile|compose|helm
    PACKAGE_MANIFESTS = "package_manifests"  # list[str]: npm|python|composer|maven|gradle|cargo|go|ruby|nuget ...
    DOCUMENTATION = "documentation"  # list[str]: paths of documentation folders and files other than the README
    README = "readme"  # {"path", "title": str | None, "words": int, "lang": str | None, "headings": list[str]}
    LOCALISED_NAME = "localised_name"  # str, per language
    LOGO = "logo"  # str, path in the repository or URL
    SCREENSHOTS = "screenshots"  # list[str], paths in the repository or URLs
    VIDEOS = "videos"  # list[str], URLs
    AWARDS = "awards"  # list[str]
    FUNDED_BY = "funded_by"  # list[{"uri": str | None, "name": str | None}]
    CONTRACTORS = "contractors"  # list[{"name": str, "website": str | None, "until": str | None}]
    CONTACTS = "contacts"  # list[{"name": str | None, "email": str | None}], role addresses only
    PUBLIC_SERVICES = "public_services"  # list[{"leika", "ozg", "themenfeld", "lebenslage"}], each str | None
    SUPPORTS = "supports"  # list[str], ids as "alias:eidas", URL or URN
    KEYWORDS = "keywords"  # list[str], of codemeta, citation and manifests
    REPOSITORY_URL = "repository_url"  # str, where codemeta or a manifest says the code lies
    MIRROR_OF = "mirror_of"  # list[str], of which README or description says this is a mirror; empty where of nothing
    RUNTIMES = "runtimes"  # list[str], for example "python >=3.11"
    PROGRAMMING_LANGUAGES = "programming_languages"  # list[str]
    IDENTIFIERS = "identifiers"  # list[str], DOI URLs and the like
    INSTALLATION = "installation"  # {"path": str, "heading": str}
    STANDARDS = "standards"  # list[str], ids of registry/vocabulary/standards.toml
    API_SPECIFICATIONS = "api_specifications"  # list[str]: openapi|asyncapi
    SERVICES = "services"  # list[str], databases and other services named in compose files
    TESTS = "tests"  # list[str], folders and files that hold tests or configure them
    CONTINUOUS_INTEGRATION = "continuous_integration"  # list[str]: github|gitlab|jenkins ...
    DEPENDENCY_BOTS = "dependency_bots"  # list[str]: dependabot|renovate ...
    SBOM = "sbom"  # list[str], paths
    ARCHIVED = "archived"  # bool, the forge says so
    FORK_OF = "fork_of"  # str, canonical URL
    SUCCESSOR = "successor"  # str, canonical URL of the repository that README or description names as its successor


PER_LANGUAGE: frozenset[Field] = frozenset(
    {
        Field.SHORT_DESCRIPTION, Field.LONG_DESCRIPTION, Field.LONG_DESCRIPTION_HTML, Field.FEATURES,
        Field.LOCALISED_NAME,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One field value with its origin; immutable per snapshot."""

    field: Field
    value: Json
    origin: Origin
    source: FactSource
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, told to the maintainer.

    ``rule`` is a stable id of ``registry/vocabulary/rules/*.toml``, where severity, message and hint live in German and
    English; ``params`` fill the placeholders of that text. ``key`` is a key path (``description.en.features[0]``).
    """

    rule: str
    severity: Severity
    origin: Origin | None = None
    key: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader took from a snapshot."""

    reader: str
    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RepositoryReading:
    """All readings of one repository at one commit, with what the forge and the history say."""

    ref: RepositoryRef
    commit: str
    taken_at: datetime
    readings: tuple[Reading, ...]
    activity: Activity
