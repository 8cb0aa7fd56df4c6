# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every noun of the catalogue as a frozen dataclass or enum.

The flow: Source -> RepositoryRef -> Snapshot -> Reading (facts, problems) -> Solution -> Assessment -> Change, stored
together with an outbox row, indexed as IndexDocument, found as Candidate. Imports only the standard library; limits
and egress rules are plain data here, so that ``harvesters`` needs no configuration module.
All datetimes are timezone-aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = Any
"""A JSON value: str, int, float, bool, None, or lists and string-keyed dicts of these."""


# --- what is harvested -----------------------------------------------------------------------------------------------


class ForgeKind(StrEnum):
    """A kind of host; ``GIT`` is any smart HTTP(S) git server without an API we use."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GIT = "git"


class SourceKind(StrEnum):
    ORGANISATION = "organisation"
    REPOSITORY = "repository"


class PublisherKind(StrEnum):
    """Kinds of bodies that publish; the register of bodies (own issue) refines them."""

    MUNICIPALITY = "municipality"
    COUNTY = "county"
    MUNICIPAL_ASSOCIATION = "municipal_association"
    IT_PROVIDER = "it_provider"
    STATE = "state"
    NATIONAL = "national"
    COMPANY = "company"
    ASSOCIATION = "association"
    RESEARCH = "research"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Publisher:
    """The body behind a source or solution.

    ``official_key`` is text with leading zeros (ARS, AGS or a foreign key) or None where not certain.
    ``forge_organisations`` are canonical URLs of accounts on forges ("https://github.com/it-at-m").
    """

    id: str
    slug: str
    name: str
    kind: PublisherKind
    country: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    official_key: str | None = None
    uri: str | None = None
    forge_organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What an operator or maintainer configured to be harvested."""

    id: str
    url: str
    """Canonical URL of the organisation (or GitLab group) or of the one repository."""
    kind: SourceKind
    forge: ForgeKind
    created_at: datetime
    publisher_id: str | None = None
    paused: bool = False
    demo: bool = False
    last_run_at: datetime | None = None
    last_listed: int | None = None
    """Repositories listed by the last successful run: a sudden drop is an error of a later run."""
    last_error: str | None = None
    """Rule id of the last failure of listing, None after a success."""


@dataclass(frozen=True, slots=True)
class ForgeFacts:
    """What the forge itself says of a repository; None means the forge did not say."""

    name: str | None = None
    description: str | None = None
    homepage: str | None = None
    default_branch: str | None = None
    archived: bool | None = None
    fork: bool | None = None
    mirror: bool | None = None
    private: bool | None = None
    empty: bool | None = None
    parent_url: str | None = None
    """Canonical URL of what a fork was forked from."""
    licence: str | None = None
    """SPDX id as the forge claims it; NOASSERTION and the like are None."""
    topics: tuple[str, ...] = ()
    stars: int | None = None
    issues_url: str | None = None


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """A repository as a forge lists it.

    ``url`` is the canonical URL (https, lower-case host, no ``.git``, no trailing slash, case as the forge gives it;
    http only where the egress rules allow that host). ``detector`` changes whenever the repository's content may
    have changed (for example the forge's ``pushed_at``); None means: ask git (``info/refs``).
    """

    url: str
    fetch_url: str
    forge: ForgeKind
    facts: ForgeFacts = field(default_factory=ForgeFacts)
    detector: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a forge's listing. ``total`` is the expected number of repositories where the forge tells it."""

    repositories: tuple[RepositoryRef, ...]
    next_url: str | None = None
    total: int | None = None


# --- a repository at one commit --------------------------------------------------------------------------------------


class EntryKind(StrEnum):
    FILE = "file"
    EXECUTABLE = "executable"
    TREE = "tree"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path of the listed part of the tree: the root and, one level down, a few known folders."""

    path: str
    kind: EntryKind
    oid: str
    size: int | None = None
    """Bytes where known (only wanted files are asked for)."""


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    commit: str
    at: datetime
    """Date of the tag object, or of the commit for a lightweight tag."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Figures of the commit graph of the default branch; authors were counted in memory, no identity is kept.

    The 12 months end at ``observed_at``. Bots ("[bot]", dependabot, renovate ...) do not count as human.
    """

    observed_at: datetime
    commits: int
    first_commit_at: datetime | None = None
    last_commit_at: datetime | None = None
    last_human_commit_at: datetime | None = None
    commits_12_months: int = 0
    """Human commits."""
    authors_12_months: int = 0
    """Distinct human authors."""
    tags: tuple[Tag, ...] = ()
    """Newest first, at most 100."""
    tag_count: int = 0
    complete: bool = True
    """False when a limit cut the history: counts are then lower bounds and ``first_commit_at`` is None."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Raw bytes of the wanted files of a repository at one commit, and what git tells without a checkout.

    ``files`` maps paths to contents; a wanted file over the size cap is absent from it and named in ``oversized``.
    """

    ref: RepositoryRef
    commit: str
    branch: str | None
    taken_at: datetime
    detector: str
    """Hash over HEAD and tags as ``info/refs`` advertised them (or the ref's own detector): equal means unchanged."""
    entries: tuple[TreeEntry, ...]
    files: Mapping[str, bytes]
    activity: Activity
    oversized: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotModified:
    ref: RepositoryRef
    detector: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The repository answers at another canonical URL; the old one becomes an alias."""

    ref: RepositoryRef
    to: RepositoryRef


# --- what is read from it --------------------------------------------------------------------------------------------


class Severity(StrEnum):
    BLOCKING = "blocking"
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class FactSource(StrEnum):
    """Which kind of evidence a fact comes from; ``resolve`` ranks by it."""

    PERSON = "person"
    PUBLICCODE = "publiccode"
    LICENCE_FILE = "licence_file"
    MANIFEST = "manifest"
    README = "readme"
    TREE = "tree"
    HISTORY = "history"
    FORGE = "forge"
    REPOSITORY_NAME = "repository_name"


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
    DETECTED_LICENCE = "detected_licence"  # {"expression": str | None, "confidence": float, "path": str}
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
    README = "readme"  # {"path": str, "title": str | None, "words": int, "lang": str | None}
    ARCHIVED = "archived"  # bool, the forge says so
    FORK_OF = "fork_of"  # str, canonical URL


PER_LANGUAGE: frozenset[Field] = frozenset(
    {Field.SHORT_DESCRIPTION, Field.LONG_DESCRIPTION, Field.LONG_DESCRIPTION_HTML, Field.FEATURES}
)


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


# --- what it amounts to ----------------------------------------------------------------------------------------------


class LicenceVerdict(StrEnum):
    CLEAR = "clear"
    CONFLICT = "conflict"
    UNCLEAR = "unclear"
    NONE = "none"
    NOT_OPEN = "not_open"


@dataclass(frozen=True, slots=True)
class LicenceEvidence:
    kind: str
    """text | declaration | forge"""
    expression: str | None
    """SPDX expression, None where the text or spelling was not recognised."""
    origin: Origin
    confidence: float | None = None
    raw: str | None = None
    """A declaration as written."""


@dataclass(frozen=True, slots=True)
class LicenceConclusion:
    expression: str | None
    verdict: LicenceVerdict
    evidence: tuple[LicenceEvidence, ...] = ()


class Role(StrEnum):
    MAIN = "main"
    FRONT_END = "front_end"
    BACK_END = "back_end"
    MIRROR = "mirror"
    FORK = "fork"
    DOCUMENTATION = "documentation"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The chosen value of a field (of one language) and the candidates it was chosen from, best first."""

    fact: Fact
    candidates: tuple[Fact, ...] = ()
    """All facts for this field and language, the chosen one included, in order of precedence."""


@dataclass(frozen=True, slots=True)
class SolutionRepository:
    """A repository's part in a solution."""

    url: str
    role: Role
    reason: str
    """Rule id that says why it belongs here, for example "own" or "same_declared_url"."""
    commit: str
    taken_at: datetime
    activity: Activity
    forge: ForgeFacts = field(default_factory=ForgeFacts)


@dataclass(frozen=True, slots=True)
class Solution:
    """One software product as resolved from its repositories; identity (id, slug) is given by the store."""

    name: str
    fields: Mapping[Field, tuple[FieldValue, ...]]
    """One FieldValue a field; for ``PER_LANGUAGE`` fields one a language, sorted by tag."""
    repositories: tuple[SolutionRepository, ...]
    licence: LicenceConclusion
    problems: tuple[Problem, ...] = ()


class SignalName(StrEnum):
    """The six signals; their decision tables are data in ``registry/vocabulary/signals.toml``."""

    OPEN_LICENCE = "open_licence"
    LICENCE_AGREES = "licence_agrees"
    ALIVE = "alive"
    RELEASED = "released"
    INSTALLABLE = "installable"
    DOCUMENTED = "documented"


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class State(StrEnum):
    """State of life."""

    ACTIVE = "active"
    FINISHED = "finished"
    QUIET = "quiet"
    ARCHIVED = "archived"
    ABANDONED = "abandoned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Signal:
    """One verdict with the row of its decision table that gave it and the evidence."""

    name: SignalName
    verdict: Verdict
    reason: str
    """Key of the table's row; its German and English sentences are in signals.toml, filled with ``params``."""
    params: Mapping[str, str] = field(default_factory=dict)
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    signals: tuple[Signal, ...]
    """In the order of ``SignalName``."""
    state: State
    assessed_at: datetime
    valid_until: datetime | None = None
    """The next instant at which a verdict may change by the mere passing of time; None: never."""


# --- deciding and keeping books --------------------------------------------------------------------------------------


class RepositoryState(StrEnum):
    NEW = "new"
    ACTIVE = "active"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class StoredRepository:
    """What the store remembers of a repository: all that ``decide`` needs."""

    id: str
    url: str
    state: RepositoryState
    detector: str | None
    content_hash: str | None
    """Hash of the last resolved content (see ``registry.decide.content_hash``)."""
    solution_id: str | None
    strikes: int = 0
    """Consecutive harvests that said "gone"."""
    failing_since: datetime | None = None
    assessment_valid_until: datetime | None = None


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REASSESSED = "reassessed"
    GONE = "gone"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed harvest of one repository in the terms of ``registry.errors``: outcome and rule id."""

    outcome: Outcome
    rule: str
    params: Mapping[str, str] = field(default_factory=dict)


class Outcome(StrEnum):
    """The outcome of harvesting one repository as ``allmende harvest test --json`` prints it."""

    OK = "ok"
    GONE = "gone"
    MOVED = "moved"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Harvested:
    """A repository read, resolved and assessed afresh."""

    snapshot: Snapshot
    readings: tuple[Reading, ...]
    solution: Solution
    assessment: Assessment
    content_hash: str


@dataclass(frozen=True, slots=True)
class Change:
    """The outcome of deciding: what ``Store.save`` shall write for one repository, in one transaction."""

    kind: ChangeKind
    ref: RepositoryRef
    state: RepositoryState
    detector: str | None
    strikes: int
    failing_since: datetime | None
    harvested: Harvested | None = None
    """Present for NEW and CHANGED (write everything)."""
    fault: Fault | None = None
    moved_from: str | None = None
    """Canonical URL that becomes an alias of ``ref.url``."""


class ItemStatus(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"
    MOVED = "moved"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Item:
    """What a run did with one repository; shown to its maintainer."""

    repository: str
    status: ItemStatus
    rule: str | None = None
    """Rule id of the reason for anything that is not plainly fine."""
    params: Mapping[str, str] = field(default_factory=dict)
    problems: int = 0
    seconds: float = 0.0
    at: datetime | None = None
    solution_slug: str | None = None
    """Filled by the store when read."""


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Run:
    """Bookkeeping of one harvest. ``counts`` has a figure an ItemStatus that occurred."""

    id: str
    started_at: datetime
    state: RunState
    ended_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    errors: tuple[Problem, ...] = ()
    """Faults of the run itself, such as a source that could not be listed."""
    demo: bool = False


# --- finding ---------------------------------------------------------------------------------------------------------


class Sort(StrEnum):
    RELEVANCE = "relevance"
    ACTIVITY = "activity"
    NAME = "name"


FACETS: tuple[str, ...] = ("category", "licence", "publisher", "country", "language", "state")
"""Facets are named like the filter parameters of the API; the order is that of the page."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search. Values within one facet are alternatives; different facets narrow each other."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    """Counts from 1."""
    per_page: int = 20
    """1 to 100."""


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """What the search index holds of a solution. ``content_hash`` lets ``index check`` name drift."""

    id: str
    slug: str
    name: str
    content_hash: str
    short: Mapping[str, str] = field(default_factory=dict)
    """Language tag -> text; "und" where the language is not known."""
    long: Mapping[str, str] = field(default_factory=dict)
    """Long descriptions and features."""
    keywords: tuple[str, ...] = ()
    """Further words to be found by: repository names, topics, application suite, publisher's name."""
    category: tuple[str, ...] = ()
    licence: str | None = None
    """SPDX expression, or the verdict ("none", "unclear", "conflict", "not_open") where there is none."""
    publisher: str | None = None
    """Slug."""
    country: str | None = None
    language: tuple[str, ...] = ()
    """Interface languages, BCP 47."""
    state: State = State.UNKNOWN
    last_activity: datetime | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    score: float
    highlights: Mapping[str, str] = field(default_factory=dict)
    """Field name -> plain text with the found words between U+E000 and U+E001 (escaped and marked up by the page)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an index answers: one page of hits, the exact total and the facets of the whole result.

    A facet is counted under all other filters but its own.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    relaxed: bool = False
    """No solution has all words of the query: these have some of them."""


class OutboxAction(StrEnum):
    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    seq: int
    solution_id: str
    action: OutboxAction


@dataclass(frozen=True, slots=True)
class SolutionRecord:
    """A stored solution with its identity."""

    id: str
    slug: str
    solution: Solution
    assessment: Assessment
    publisher: Publisher | None
    content_hash: str
    first_seen_at: datetime
    updated_at: datetime
    """Of the last real change."""
    checked_at: datetime
    """Of the last successful harvest of any of its repositories, changed or not."""
    failing_since: datetime | None = None
    """Set while its main repository cannot be read: the data shown are then the last good ones."""
    fault: Fault | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A solution as a search result."""

    record: SolutionRecord
    score: float
    highlights: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SearchPage:
    query: Query
    total: int
    candidates: tuple[Candidate, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    relaxed: bool = False
    """No solution has all words of the query: these have some of them."""


# --- rules for the outside -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HostPort:
    host: str
    """Lower-case host name or IP literal without brackets."""
    port: int


@dataclass(frozen=True, slots=True)
class EgressRules:
    """What the guarded door lets out: https to public addresses on port 443, and the exceptions here.

    An exception opens exactly one host and port, for https and http, also at private and loopback addresses.
    """

    allow: frozenset[HostPort] = frozenset()
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Host -> access token; sent to that host only, never over a redirect to another."""
    user_agent: str = "Allmende/0.1"
    """The configuration appends the operator's contact URL."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of the door. Sizes in bytes, times in seconds."""

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 60.0
    """Wall time of one HTTP request with its body."""
    response_bytes: int = 20 * 2**20
    refs_bytes: int = 8 * 2**20
    redirects: int = 5
    git_seconds: float = 120.0
    """Wall time of all git work for one repository."""
    git_bytes: int = 300 * 2**20
    """Disk a repository's temporary clone may take."""
    history_commits: int = 200_000
    file_bytes: int = 512 * 2**10
    snapshot_files: int = 200
    tree_entries: int = 5_000
    """Root entries looked at; more are cut and said."""
    per_host: int = 4
    """Connections or git processes to one host at a time."""
    parse_seconds: float = 10.0
    """Wall time of the sandbox for one repository's files."""
    parse_memory_bytes: int = 1024 * 2**20


@dataclass(frozen=True, slots=True)
class ConditionalRequest:
    """A remembered answer of an API page: sent again with If-None-Match / If-Modified-Since."""

    url: str
    etag: str | None
    last_modified: str | None
    status: int
    sha256: str
    fetched_at: datetime
    body: bytes | None = None
