# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``GitDoor``: from a reference and its advertisement to a snapshot.

The quick way (``quick``) needs two requests and no process. Where it does not get through, git itself is asked, with
two fetches and two local processes:

1. fetch HEAD at depth 1 without blobs: the trees, from which ``select`` chooses files;
2. fetch the chosen blobs, and all commits without trees (only new tags where the history was counted lately);
3. one ``git log`` for the figures; one ``git cat-file`` for everything else, sizes before contents.

A server that knows no filters sends more and is bounded by ``Limits.git_bytes``; one that refuses filters, shallow
fetches or single objects is asked for everything.
"""

from __future__ import annotations

import copy
import errno
import logging
import math
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harvesters.git import command
from harvesters.git.asking import NotSpoken, UploadPack
from harvesters.git.checking import is_harmless
from harvesters.git.faults import disk_fault, fault, lacks_feature
from harvesters.git.packets import Irregular
from harvesters.git.quick import Visit, is_worth_trying, read_quickly
from harvesters.git.reading import (
    Select,
    TagsAsked,
    chosen_tags,
    dated_tags,
    list_entries,
    read_commits,
    read_files,
    regular_files,
)
from harvesters.git.running import Finished, Job, conversation, run
from harvesters.git.workspace import Workspace, lay_out
from harvesters.guard import Guard, Target
from harvesters.history import carried_on, counts_hold
from harvesters.http import HttpClient
from harvesters.refs import Advertisement
from registry.errors import EmptyRepository, GitFailed
from registry.model import Activity, KnownHistory, Limits, RepositoryRef, Snapshot

if TYPE_CHECKING:
    from harvesters.git.objects import Objects

_OID = re.compile(r"[0-9a-f]{40}")
_ENOUGH = 3
"""Repositories of a host in a row whose server did not know the protocol: then its others are not tried either."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Clone:
    """One repository being read. ``known`` is given where its counts still hold."""

    ref: RepositoryRef
    advertisement: Advertisement
    target: Target
    job: Job
    tags: TagsAsked
    known: KnownHistory | None


class GitDoor:
    """Reads repositories over smart HTTP; thread-safe. ``work_dir`` holds the temporary clones.

    ``user_agent`` should name a contact of the operator. Without ``http`` there is no quick way.
    """

    def __init__(
        self,
        guard: Guard,
        limits: Limits,
        work_dir: Path,
        select: Select,
        user_agent: str = "Allmende/0.1",
        http: HttpClient | None = None,
    ) -> None:
        self._guard = guard
        self._limits = limits
        self._select = select
        self._user_agent = user_agent
        self._http = http
        self._workspace = Workspace(work_dir.absolute())
        self._not_spoken: dict[tuple[str, int], int] = {}
        self._hosts: dict[tuple[str, int], threading.BoundedSemaphore] = {}
        self._lock = threading.Lock()

    @staticmethod
    def version() -> str | None:
        """Git's version, None where there is no git."""
        found = command.version()
        return None if found is None else ".".join(map(str, found))

    @staticmethod
    def features() -> dict[str, bool]:
        """What the door needs and whether it is here; only ``prlimit`` has a fall-back (the shell's ``ulimit``)."""
        found = command.version()
        return {
            "git": found is not None,
            "address-pinning": found is not None and found >= command.OLDEST_GIT,
            "prlimit": command.program("prlimit") is not None,
        }

    def choosing(self, select: Select, limits: Limits) -> GitDoor:
        """The same door, with its slots and its working folder, for other files within other limits."""
        other = copy.copy(self)
        other._select, other._limits = select, limits
        return other

    def sweep(self) -> int:
        """Removes the clones that killed processes left behind; gives their number."""
        return self._workspace.sweep()

    def snapshot(
        self,
        ref: RepositoryRef,
        advertisement: Advertisement,
        now: datetime,
        history: KnownHistory | None = None,
    ) -> Snapshot:
        """The wanted files and the figures at the advertised commit. Nothing stays on disk.

        A ``history`` that was counted lately is not counted again: see ``harvesters.history.counts_hold``.
        Raises Refused (the guard, or a redirect), EmptyRepository, Gone, NeedsPassword, RateLimited, Unreachable,
        TooSlow, TooLarge, Garbage, Damaged, DiskFull, and GitFailed for the rest.
        """
        target = self._guard.check(ref.fetch_url)
        if not advertisement.head:
            raise EmptyRepository(ref.url)
        if not _OID.fullmatch(advertisement.head):
            raise GitFailed(ref.url, "object-format != sha1")
        known = history if counts_hold(history, now) else None
        tags = chosen_tags(advertisement, known)
        # The clock starts when it is our turn: a slow neighbour on the same host is not this repository's fault.
        with self._slot(target):
            deadline = time.monotonic() + self._limits.git_seconds
            taken = self._quickly(Visit(ref, advertisement, tags, known, now), target, deadline)
            if taken is not None:
                return taken
            if not command.can_pin():
                raise GitFailed(ref.url, f"git < {'.'.join(map(str, command.OLDEST_GIT))}")
            try:
                with self._workspace.clone() as folder:
                    job = Job(ref.url, folder, self._limits.git_seconds, deadline, self._limits.git_bytes)
                    return self._read(_Clone(ref, advertisement, target, job, tags, known), now)
            except OSError as error:
                name = errno.errorcode.get(error.errno or 0, type(error).__name__)
                raise disk_fault(ref.url, error) or GitFailed(ref.url, name) from error

    def _quickly(self, visit: Visit, target: Target, deadline: float) -> Snapshot | None:
        """The snapshot without git; None where git has to be asked."""
        place = (target.host, target.port)
        refused = self._not_spoken.get(place, 0)
        if self._http is None or refused >= _ENOUGH or "?" in target.url or not is_worth_trying(visit.advertisement):
            return None
        pack = UploadPack(self._http, target, visit.ref.url, self._limits, deadline)
        try:
            taken = read_quickly(visit, pack, self._select)
        except NotSpoken:
            self._not_spoken[place] = refused + 1
            return None
        except Irregular as irregular:
            _log.debug("%s is read by git: %s", visit.ref.url, irregular)
            return None
        self._not_spoken.pop(place, None)
        return taken

    def _read(self, clone: _Clone, now: datetime) -> Snapshot:
        head = clone.advertisement.head
        self._fetch_head(clone)
        with self._objects(clone.job) as objects:
            entries = list_entries(objects, objects.root_tree(head), self._select, self._limits.tree_entries)
            files = regular_files(self._select.wanted(entries))[: self._limits.snapshot_files]
            self._fetch_rest(clone, [file.oid for file in files if objects.header(file.oid) is None])
            found = read_files(objects, files, self._limits.file_bytes)
            activity = self._activity(clone, objects, now)
        return Snapshot(
            ref=clone.ref,
            commit=head,
            branch=clone.advertisement.branch,
            taken_at=now,
            detector=clone.ref.detector or clone.advertisement.detector,
            entries=tuple(replace(entry, size=found.sizes.get(entry.path)) for entry in entries),
            files=found.contents,
            activity=activity,
            oversized=found.oversized,
        )

    def _fetch_head(self, clone: _Clone) -> None:
        """HEAD and its trees; everything where the server cannot give a part."""
        done = self._fetch(clone, [clone.advertisement.head], objects="blob:none", depth=1, checked=True)
        if done.returncode and is_harmless(done.stderr):
            # The check stops at the first faulty object, so what else there is, our own reading has to refuse.
            lay_out(clone.job.folder)
            done = self._fetch(clone, [clone.advertisement.head], objects="blob:none", depth=1)
        if done.returncode and lacks_feature(done.stderr):
            done = self._fetch(clone, [clone.advertisement.head, *clone.tags.oids.values()])
        _check(clone, done)
        # Without this mark the second fetch brings the history; with it, git would keep it cut off here.
        with suppress(FileNotFoundError):
            (clone.job.folder / "shallow").unlink()

    def _fetch_rest(self, clone: _Clone, blobs: Sequence[str]) -> None:
        """The blobs, the chosen tags, and all commits of the default branch where they are to be counted."""
        commits = [*clone.tags.oids.values()]
        depth = 1
        if clone.known is None:
            commits, depth = [clone.advertisement.head, *commits], command.WHOLE_HISTORY
        if not commits and not blobs:
            return
        done = self._fetch(clone, [*commits, *blobs], objects="tree:0", depth=depth, again=True)
        if done.returncode and lacks_feature(done.stderr):
            done = self._fetch(clone, [clone.advertisement.head, *commits], again=True)
        _check(clone, done)

    def _fetch(
        self,
        clone: _Clone,
        oids: Sequence[str],
        *,
        objects: str | None = None,
        depth: int = command.WHOLE_HISTORY,
        again: bool = False,
        checked: bool = False,
    ) -> Finished:
        job, target = clone.job, clone.target
        network = command.Network(
            url=target.url,
            scheme=target.scheme,
            pinned=_pinned(target),
            user_agent=self._user_agent,
            low_speed_seconds=max(1, int(self._limits.read_seconds)),
        )
        arguments = command.fetch_arguments(job.folder, depth=depth, objects=objects, again=again)
        wanted = "".join(f"{oid}\n" for oid in dict.fromkeys(oids)).encode("ascii")
        limited = command.limited(arguments, self._caps(job))
        return run(limited, command.network_environment(network, checked=checked), job, wanted)

    def _activity(self, clone: _Clone, objects: Objects, now: datetime) -> Activity:
        job, advertisement, tags = clone.job, clone.advertisement, clone.tags
        most = self._limits.history_commits if clone.known is None else 1
        arguments = command.log_arguments(job.folder, advertisement.head, most + 1 if clone.known is None else most)
        with conversation(command.limited(arguments, self._caps(job)), command.local_environment(), job) as talk:
            history = read_commits(talk, now, most, frozenset(tags.commits.values()))
        dated = dated_tags(objects, tags, history.dates, now)
        if clone.known is not None and history.newest is not None:
            return carried_on(clone.known, history.newest, now, tags=dated, tag_count=len(advertisement.tags))
        return history.count.figures(
            tags=dated,
            tag_count=len(advertisement.tags),
            complete=history.complete and not (job.folder / "shallow").exists(),
        )

    @contextmanager
    def _objects(self, job: Job) -> Iterator[Objects]:
        # Here, since GitPython takes 135 ms to import and does not import at all where there is no git.
        from harvesters.git.objects import Objects

        arguments = command.limited(command.object_arguments(job.folder), self._caps(job))
        with conversation(arguments, command.local_environment(), job) as talk:
            objects = Objects(talk, job.folder, job.subject)
            try:
                yield objects
            finally:
                objects.close()

    def _caps(self, job: Job) -> command.Caps:
        return command.Caps(file_bytes=job.free_bytes(), cpu_seconds=math.ceil(self._limits.git_seconds))

    @contextmanager
    def _slot(self, target: Target) -> Iterator[None]:
        """At most ``Limits.per_host`` repositories of one host and port at a time."""
        with self._lock:
            slots = self._hosts.setdefault(
                (target.host, target.port), threading.BoundedSemaphore(self._limits.per_host)
            )
        with slots:
            yield


def _check(clone: _Clone, done: Finished) -> None:
    if done.returncode:
        raise fault(clone.ref.url, done.returncode, done.stderr)


def _pinned(target: Target) -> str | None:
    """curl's spelling of "this host at this port is at this address"; not needed where the host is an address."""
    if target.host == target.address:
        return None
    address = f"[{target.address}]" if ":" in target.address else target.address
    return f"{target.host}:{target.port}:{address}"
