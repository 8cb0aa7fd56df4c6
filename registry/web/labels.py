# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of the interface for the model's terms. Tables of English texts; ``label`` translates one."""

from __future__ import annotations

from collections.abc import Mapping

from registry.licences.hints import Use
from registry.model import (
    AttributionVia,
    BodyEventKind,
    BodyKind,
    BodyOrigin,
    BodySort,
    FactSource,
    Field,
    ItemStatus,
    LicenceRange,
    LicenceVerdict,
    Role,
    RunState,
    Severity,
    SizeClass,
    Sort,
    SourceKind,
    Verdict,
)
from registry.web.language import gettext
from registry.web.language import mark as _

FACET_NAMES: Mapping[str, str] = {
    "category": _("Category"),
    "land": _("Federal state of the publisher"),
    "size": _("Size of the publishing municipality"),
    "kind": _("Kind of publisher"),
    "publisher": _("Publisher"),
    "licence_kind": _("Kind of licence"),
    "licence": _("Licence"),
    "country": _("Country"),
    "language": _("Language of the interface"),
    "state": _("State of maintenance"),
}

BODY_FACETS: Mapping[str, str] = {
    "land": _("Federal state"),
    "kind": _("Kind of body"),
    "size": _("Size of the municipality"),
    "country": _("Country"),
    "publishes": _("Solutions"),
}
"""Filters of the register of bodies."""

BODY_SORTS: Mapping[str, str] = {
    BodySort.NAME: _("Name"),
    BodySort.POPULATION: _("Inhabitants"),
    BodySort.SOLUTIONS: _("Number of solutions"),
}

LICENCE_VERDICTS: Mapping[str, str] = {
    LicenceVerdict.CLEAR: _("Licence settled, not assessed"),
    LicenceVerdict.CONFLICT: _("Contradictory licences"),
    LicenceVerdict.UNCLEAR: _("Licence not settled"),
    LicenceVerdict.NONE: _("No licence found"),
    LicenceVerdict.NOT_OPEN: _("Not an open licence"),
}

LICENCE_SENTENCES: Mapping[str, str] = {
    LicenceVerdict.CLEAR: _(
        "Which licence applies is settled. Neither OSI nor FSF assessed whether it is open; that is no “no”. "
        "Read its text before you reuse the software."
    ),
    LicenceVerdict.CONFLICT: _(
        "The places of the repository name different licences. Ask the publisher which one holds before you reuse it."
    ),
    LicenceVerdict.UNCLEAR: _(
        "Something is said about a licence, but it does not settle which one holds. Read it, or ask the publisher."
    ),
    LicenceVerdict.NONE: _(
        "Without a licence this software cannot be reused, even where its source code is public: "
        "that needs the publisher's permission. Ask for a licence."
    ),
    LicenceVerdict.NOT_OPEN: _(
        "The licence restricts use or passing on, so this is not open source. Reuse needs an agreement."
    ),
}

OPEN_LICENCE = _("Open licence")
"""Where OSI or FSF approve the licence that is settled."""
OPEN_LICENCE_SENTENCE = _(
    "You may use, study, change and pass on the software; the licence says under which conditions."
)

LICENCE_RANGES: Mapping[str, str] = {
    LicenceRange.ONLY: _("%(licence)s: this version only."),
    LicenceRange.OR_LATER: _("%(licence)s: you may also choose any later version."),
    LicenceRange.UNDETERMINED: _("%(licence)s: the source does not say whether later versions apply too."),
}

USES: Mapping[str, str] = {
    Use.OWN: _("Use it yourselves"),
    Use.PROVIDER: _("Let your IT provider run it for you"),
    Use.HOSTING: _("Host it for others"),
    Use.PUBLISHING: _("Change and publish it"),
}

COMBINATION_VERDICTS: Mapping[str, str] = {
    Verdict.YES: _("Goes together"),
    Verdict.NO: _("Does not go together"),
    Verdict.UNKNOWN: _("Cannot be said for certain"),
}

EVIDENCE_KINDS: Mapping[str, str] = {
    "text": _("Text of the licence"),
    "notice": _("Notice in a licence file"),
    "reuse": _("SPDX statement in files (REUSE)"),
    "declaration": _("Statement of the publisher"),
    "forge": _("Statement of the forge"),
}

SEVERITIES: Mapping[str, str] = {
    Severity.BLOCKING: _("Blocks reuse"),
    Severity.ERROR: _("Error"),
    Severity.WARNING: _("Warning"),
    Severity.HINT: _("Hint"),
}

ASKERS: Mapping[str, str] = {
    "standard": _("the standard"),
    "pipelines": _("the catalogues of Italy, Switzerland and the EU"),
    "opencode": _("openCoDE"),
    "allmende": _("Allmende"),
}

ROLES: Mapping[str, str] = {
    Role.MAIN: _("Main repository"),
    Role.FRONT_END: _("User interface"),
    Role.BACK_END: _("Server part"),
    Role.MIRROR: _("Mirror"),
    Role.FORK: _("Fork"),
    Role.DOCUMENTATION: _("Documentation"),
    Role.DEPLOYMENT: _("Files for running it"),
    Role.MODULE: _("Further part"),
}

FOUND_IN: Mapping[str, str] = {
    "names": _("Name in another language"),
    "services": _("Public services"),
    "standards": _("Standards"),
    "keywords": _("Keywords"),
}
"""Where a search found its words, besides name and descriptions."""

SOURCES: Mapping[str, str] = {
    FactSource.PERSON: _("a person"),
    FactSource.HISTORY: _("the latest tag of the repository"),
    FactSource.FORGE: _("the platform"),
    FactSource.TREE: _("the files of the repository"),
    FactSource.REPOSITORY_NAME: _("the name of the repository"),
}
"""Who says something where it is no file."""

BODY_KINDS: Mapping[str, str] = {
    BodyKind.MUNICIPALITY: _("Municipality"),
    BodyKind.TOWN: _("Town or city"),
    BodyKind.COUNTY: _("County"),
    BodyKind.MUNICIPAL_ASSOCIATION: _("Association of municipalities"),
    BodyKind.JOINT_AUTHORITY: _("Joint authority of municipalities"),
    BodyKind.IT_PROVIDER: _("Public IT provider"),
    BodyKind.STATE: _("State authority"),
    BodyKind.NATIONAL: _("National authority"),
    BodyKind.INTERNATIONAL: _("International body"),
    BodyKind.COMPANY: _("Company"),
    BodyKind.ASSOCIATION: _("Association or initiative"),
    BodyKind.RESEARCH: _("University or research institute"),
    BodyKind.OTHER: _("Other body"),
}

SIZE_CLASSES: Mapping[str, str] = {
    SizeClass.RURAL: _("Rural municipality"),
    SizeClass.SMALL: _("Small town"),
    SizeClass.MEDIUM: _("Medium-sized town"),
    SizeClass.LARGE: _("Large city"),
}

SIZE_RANGES: Mapping[str, str] = {
    SizeClass.RURAL: _("below 5,000 inhabitants"),
    SizeClass.SMALL: _("5,000 to below 20,000 inhabitants"),
    SizeClass.MEDIUM: _("20,000 to below 100,000 inhabitants"),
    SizeClass.LARGE: _("100,000 inhabitants or more"),
}

ATTRIBUTION_VIAS: Mapping[str, str] = {
    AttributionVia.CONFIGURED: _("set by the operator of the catalogue for this source"),
    AttributionVia.ACCOUNT: _("the account on the forge belongs to it"),
    AttributionVia.URI: _("organisation.uri in publiccode.yml"),
    AttributionVia.ORGANISATION: _("organisation.name in publiccode.yml"),
    AttributionVia.COPYRIGHT_OWNER: _("the copyright owner in publiccode.yml"),
    AttributionVia.FORGE_NAME: _("the name of the account on the forge"),
    AttributionVia.DOMAIN: _("the web domain"),
}
"""What told who publishes a solution."""

BODY_ORIGINS: Mapping[str, str] = {
    BodyOrigin.CORE: _("register shipped with Allmende"),
    BodyOrigin.GV100AD: _("official list of municipalities (GV100AD)"),
    BodyOrigin.TABLE: _("table of the operator of this catalogue"),
    BodyOrigin.CURATED: _("list kept by hand, of sources, bodies and providers"),
    BodyOrigin.PERSON: _("entered by the body itself"),
    BodyOrigin.DEMO: _("demonstration data"),
}
"""Where the catalogue has a body from."""

BODY_EVENTS: Mapping[str, str] = {
    BodyEventKind.CREATED: _("taken into the register"),
    BodyEventKind.RENAMED: _("renamed"),
    BodyEventKind.CHANGED: _("details changed"),
    BodyEventKind.REKEYED: _("new official key"),
    BodyEventKind.DISSOLVED: _("dissolved"),
    BodyEventKind.MERGED: _("became part of another body"),
    BodyEventKind.ABSORBED: _("took in another body"),
}

PROOFS: Mapping[str, str] = {
    "areas": _("concluded from the areas in the official list"),
    "populations": _("concluded from the numbers of inhabitants in the official list"),
    "areas-and-populations": _("concluded from areas and numbers of inhabitants in the official list"),
    "names": _("concluded from its new name, which is made of the old ones"),
    "only-one": _("concluded from the growth of this body in the official list"),
    "members": _("concluded from the members in the official list"),
}
"""What told which body a dissolved one became a part of, where no list says so itself."""

RUN_STATES: Mapping[str, str] = {
    RunState.RUNNING: _("running"),
    RunState.DONE: _("finished"),
    RunState.FAILED: _("failed"),
    RunState.INTERRUPTED: _("interrupted"),
    RunState.PAUSED: _("time was up"),
    RunState.ABORTED: _("ended by the operator"),
}

RUN_SENTENCES: Mapping[str, str] = {
    RunState.FAILED: _("A fault stopped this harvest. What was finished is stored."),
    RunState.INTERRUPTED: _("This harvest was stopped or killed. The next one goes on with what is left."),
    RunState.PAUSED: _("The time of this harvest was up. The next one goes on with what is left, the oldest first."),
    RunState.ABORTED: _("The operator ended this harvest. What was left is not done later."),
}

SOURCE_STATES: Mapping[str, str] = {
    "ok": _("listed"),
    "failing": _("could not be listed"),
    "shrunk": _("lists too little"),
    "new": _("not listed yet"),
    "paused": _("paused"),
}

SOURCE_KINDS: Mapping[str, str] = {
    SourceKind.ORGANISATION: _("Organisation"),
    SourceKind.REPOSITORY: _("Single repository"),
    SourceKind.PEER: _("Other catalogue"),
}

ITEM_STATUSES: Mapping[str, str] = {
    ItemStatus.NEW: _("new"),
    ItemStatus.CHANGED: _("changed"),
    ItemStatus.UNCHANGED: _("unchanged"),
    ItemStatus.GONE: _("gone"),
    ItemStatus.MOVED: _("moved"),
    ItemStatus.REFUSED: _("refused"),
    ItemStatus.FAILED: _("failed"),
    ItemStatus.SKIPPED: _("skipped"),
}

ITEM_SENTENCES: Mapping[str, str] = {
    ItemStatus.NEW: _("Taken into the catalogue."),
    ItemStatus.CHANGED: _("Read again, since something had changed."),
    ItemStatus.UNCHANGED: _("Nothing has changed since the last harvest."),
    ItemStatus.SKIPPED: _("Left out of this harvest."),
}

SORTS: Mapping[str, str] = {
    Sort.RELEVANCE: _("Relevance"),
    Sort.ACTIVITY: _("Last activity"),
    Sort.NAME: _("Name"),
}

DEVELOPMENT_STATUSES: Mapping[str, str] = {
    "concept": _("Concept"),
    "development": _("In development"),
    "beta": _("Beta"),
    "stable": _("Stable"),
    "obsolete": _("Obsolete"),
}

MAINTENANCE_TYPES: Mapping[str, str] = {
    "internal": _("by the publisher's own staff"),
    "contract": _("by a contractor"),
    "community": _("by a community"),
    "none": _("not maintained, says the publisher"),
}

CONTAINERS: Mapping[str, str] = {
    "dockerfile": "Dockerfile",
    "compose": "Docker Compose",
    "helm": "Helm",
}

PACKAGE_MANIFESTS: Mapping[str, str] = {
    "npm": "npm",
    "python": "Python",
    "composer": "Composer (PHP)",
    "maven": "Maven (Java)",
    "gradle": "Gradle (Java)",
    "cargo": "Cargo (Rust)",
    "go": "Go",
    "ruby": "RubyGems",
    "nuget": "NuGet (.NET)",
    "mix": "Mix (Elixir)",
    "pub": "pub (Dart)",
    "sbt": "sbt (Scala)",
    "r": "R",
    "swift": "Swift",
    "nix": "Nix",
    "deno": "Deno",
}

SUPPORTS: Mapping[str, str] = {
    "gdpr": _("General Data Protection Regulation (GDPR)"),
    "eidas": _("Electronic identification (eIDAS)"),
    "nis2": _("Network and information security (NIS 2)"),
    "cra": _("Cyber Resilience Act (CRA)"),
    "spid": _("Digital identity of Italy (SPID)"),
    "cie": _("Electronic identity card of Italy (CIE)"),
    "anpr": _("Population register of Italy (ANPR)"),
    "pagopa": _("Payment to authorities in Italy (pagoPA)"),
    "io": _("App of Italy for public services (IO)"),
}
"""The aliases of publiccode.yml's ``supports``."""

API_SPECIFICATIONS: Mapping[str, str] = {"openapi": "OpenAPI", "asyncapi": "AsyncAPI"}

PLATFORMS: Mapping[str, str] = {
    "web": "Web",
    "windows": "Windows",
    "mac": "macOS",
    "linux": "Linux",
    "ios": "iOS",
    "android": "Android",
}

SOFTWARE_TYPES: Mapping[str, str] = {
    "standalone/web": _("Web application"),
    "standalone/desktop": _("Desktop application"),
    "standalone/mobile": _("App for mobile devices"),
    "standalone/iot": _("Software for devices and sensors"),
    "standalone/backend": _("Server application without a surface of its own"),
    "standalone/other": _("Other application"),
    "addon": _("Extension of other software"),
    "library": _("Software library"),
    "configurationFiles": _("Configuration files"),
}

PLACEHOLDERS: Mapping[str, str] = {
    "claimed": _("licence named by the forge"),
    "container": _("kind of container"),
    "declared": _("declared licence"),
    "documentation": _("folders or files"),
    "last_date": _("date"),
    "licence": _("licence"),
    "packages": _("kind of package"),
    "path": _("file"),
    "software_type": _("kind of software"),
    "tag": _("version"),
    "tag_date": _("date"),
    "texts": _("licences of the texts"),
    "url": _("address"),
    "version": _("version"),
    "words": _("number"),
}
"""What stands in for the case in the sentences of ``signals.toml`` where they are shown as rules."""

KEY_FACTS: Mapping[Field, str] = {
    Field.SOFTWARE_VERSION: _("Version"),
    Field.RELEASE_DATE: _("Released on"),
    Field.DEVELOPMENT_STATUS: _("Development status"),
    Field.SOFTWARE_TYPE: _("Kind of software"),
    Field.PLATFORMS: _("Platforms"),
    Field.INTERFACE_LANGUAGES: _("Languages of the interface"),
    Field.AUDIENCE_COUNTRIES: _("Intended for"),
    Field.SCOPES: _("Areas of use"),
    Field.LOCALISED_NAME: _("Name in other languages"),
    Field.APPLICATION_SUITE: _("Part of the suite"),
    Field.IS_BASED_ON: _("Based on"),
    Field.FORK_OF: _("Based on (fork)"),
}
"""What a reader asks first; the same for everybody."""

PEOPLE_NAMES: Mapping[Field, str] = {
    Field.MAINTENANCE_TYPE: _("Maintenance"),
    Field.USED_BY: _("Used by (the publisher's own statement)"),
    Field.COPYRIGHT_OWNER: _("Copyright owner"),
    Field.AWARDS: _("Awards"),
}
"""Who is behind a solution, and who uses it."""

TECHNICAL_NAMES: Mapping[Field, str] = {
    Field.DEPENDS_ON: _("Requires"),
    Field.CONTAINER: _("Containers"),
    Field.SERVICES: _("Databases and services it runs with"),
    Field.RUNTIMES: _("Runs with"),
    Field.PROGRAMMING_LANGUAGES: _("Programming languages"),
    Field.PACKAGE_MANIFESTS: _("Package manifests"),
    Field.API_SPECIFICATIONS: _("Described interfaces for programs"),
    Field.DOCUMENTATION: _("Documentation in the repository"),
    Field.TESTS: _("Automated tests"),
    Field.CONTINUOUS_INTEGRATION: _("Checked automatically with"),
    Field.DEPENDENCY_BOTS: _("Dependencies kept up to date by"),
    Field.SBOM: _("List of components (SBOM)"),
    Field.IDENTIFIERS: _("Identifiers"),
    Field.KEYWORDS: _("Keywords"),
    Field.TOPICS: _("Topics on the forge"),
}

FIELD_NAMES: Mapping[Field, str] = {**KEY_FACTS, **PEOPLE_NAMES, **TECHNICAL_NAMES}

TEXT_NAMES: Mapping[Field, str] = {
    Field.NAME: _("Name"),
    Field.SHORT_DESCRIPTION: _("Short description"),
}
"""Of the fields at the head of a page, where it tells what other sources say."""

LINK_NAMES: Mapping[Field, str] = {
    Field.LANDING_URL: _("Website"),
    Field.DOCUMENTATION_URL: _("Documentation"),
    Field.API_DOCUMENTATION_URL: _("Documentation of the interface for programs"),
    Field.ROADMAP_URL: _("Roadmap"),
    Field.ISSUES_URL: _("Report a fault or ask a question"),
    Field.UPSTREAM_URL: _("Source code, as the publisher states it"),
}


def label(table: Mapping[str, str], key: str) -> str:
    """The translated word; the key itself where the table has none."""
    return gettext(table[key]) if key in table else key
