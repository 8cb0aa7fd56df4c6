# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One error tree. Every error names what went wrong, with which thing, and why.

``rule`` is a stable id whose German and English texts are in ``registry/vocabulary/rules``; ``str(error)`` is for logs.
"""

from __future__ import annotations

from registry.model import Outcome


class AllmendeError(Exception):
    """Base of all our errors.

    ``subject`` is the thing concerned (a URL, a path, a slug), ``detail`` the cause in a few words without secrets:
    it stands in German and English texts alike, so it is a number, a name or a technical term, never a sentence.
    ``rule`` replaces the class's own where there are texts for this very cause.
    """

    rule = "internal"

    def __init__(self, subject: str = "", detail: str = "", *, rule: str | None = None) -> None:
        super().__init__(subject, detail)
        self.subject = subject
        self.detail = detail
        if rule is not None:
            self.rule = rule

    @property
    def params(self) -> dict[str, str]:
        """Placeholders for the rule's texts."""
        return {"subject": self.subject, "detail": self.detail}

    def __str__(self) -> str:
        return ": ".join(part for part in (self.rule, self.subject, self.detail) if part)


class ConfigError(AllmendeError):
    rule = "config-invalid"


class NotFound(AllmendeError):
    """No such source, solution, publisher or run."""

    rule = "not-found"


class AlreadyExists(AllmendeError):
    rule = "already-exists"


class InvalidInput(AllmendeError):
    """What a person gave cannot be used; ``detail`` says why."""

    rule = "input-invalid"


class HarvestRunning(AllmendeError):
    """Another process holds the lease on harvesting."""

    rule = "harvest-running"


# --- storage and index -----------------------------------------------------------------------------------------------


class StorageError(AllmendeError):
    rule = "storage-failed"


class DamagedSnapshot(StorageError):
    """What is stored of one repository cannot be read back; all others can."""

    rule = "snapshot-damaged"


class StorageFull(StorageError):
    rule = "storage-full"


class SchemaMismatch(StorageError):
    """The database is older or newer than this program; ``detail`` says which and what to do."""

    rule = "schema-mismatch"


class SearchError(AllmendeError):
    rule = "search-failed"


class IndexUnreadable(SearchError):
    """The index is missing, damaged or of another schema version: rebuild it from the database."""

    rule = "index-unreadable"


# --- the outside -----------------------------------------------------------------------------------------------------


class FetchError(AllmendeError):
    """Something outside did not give what was asked for. ``outcome`` is what a harvest item reports."""

    rule = "fetch-failed"
    outcome = Outcome.FAILED


class Refused(FetchError):
    """Our own guard does not go there: scheme, address, port, credentials in the URL."""

    rule = "fetch-refused"
    outcome = Outcome.REFUSED


class Gone(FetchError):
    """The repository is not (or no longer) there: 404, 410, 451."""

    rule = "repository-gone"
    outcome = Outcome.GONE


class NeedsPassword(FetchError):
    """401 or 403: private, or a token is missing or has expired."""

    rule = "needs-password"
    outcome = Outcome.REFUSED


class Unreachable(FetchError):
    """No name, no connection, a reset, a server error."""

    rule = "unreachable"


class TooSlow(Unreachable):
    rule = "too-slow"


class TooLarge(FetchError):
    rule = "too-large"


class Garbage(FetchError):
    """An answer that is not what the protocol says: not git, not JSON, cut short."""

    rule = "answer-garbage"


class Damaged(Garbage):
    """The repository's own objects: refused by git's check or by ours, missing or not readable."""

    rule = "repository-damaged"


class RateLimited(FetchError):
    """``retry_after`` seconds until the forge takes requests again, where it said so."""

    rule = "rate-limited"

    def __init__(self, subject: str = "", detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(subject, detail)
        self.retry_after = retry_after


class EmptyRepository(FetchError):
    """There is no commit yet."""

    rule = "repository-empty"


class NoDefaultBranch(FetchError):
    """HEAD names a branch that does not exist, and no branch is the obvious one."""

    rule = "no-default-branch"


class MovedTo(FetchError):
    """A permanent redirect to another repository URL (``to``, as the server gave it)."""

    rule = "repository-moved"
    outcome = Outcome.MOVED

    def __init__(self, subject: str, to: str) -> None:
        super().__init__(subject, to)
        self.to = to


class DiskFull(FetchError):
    """Our own disk, not the repository: the run goes on with what needs no space."""

    rule = "disk-full"


class GitFailed(FetchError):
    """Git failed for a reason not told apart above; ``detail`` has its last line, cleaned."""

    rule = "git-failed"
