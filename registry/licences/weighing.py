# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The evidence of one repository weighed once: which texts decide, what is stated, and which statement leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from registry.licences.evidence import (
    Level,
    Statement,
    Texts,
    deciding_texts,
    families_of,
    licence_files,
    statements,
)
from registry.licences.expressions import families, range_is_stated
from registry.licences.tables import table
from registry.model import LicenceEvidence

_NOTHING: frozenset[str] = frozenset()


def companions() -> Mapping[str, str]:
    """Licence -> the licence whose text is shipped beside it because it only adds permissions to that one."""
    return cast(Mapping[str, str], table("names")["companions"])


@dataclass(frozen=True)
class Weighed:
    """Sets of licences are without ranges; a repository may hold thousands of licence files, so each is made once."""

    evidence: Sequence[LicenceEvidence]

    @cached_property
    def texts(self) -> Texts:
        return deciding_texts(self.evidence)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return statements(self.evidence)

    @cached_property
    def all_named(self) -> frozenset[str]:
        """The licences of the deciding texts."""
        return _NOTHING.union(*(file.named for file in self.texts.files))

    @cached_property
    def named(self) -> frozenset[str]:
        """The same without those that are only there because another one adds to them."""
        added_to = {other for licence, other in companions().items() if licence in self.all_named}
        return self.all_named - added_to

    @cached_property
    def available(self) -> frozenset[str]:
        """Every licence of which the repository has the text, in whatever folder and for whatever part."""
        beside = families_of([item for item in self.evidence if item.aside and item.kind == "text"])
        return beside.union(*(file.available for file in licence_files(self.evidence)))

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The expressions of the deciding texts, each once, however they relate."""
        owns = ([file.own.expression] if file.own.expression else sorted(file.named) for file in self.texts.files)
        return tuple(dict.fromkeys(one for own in owns for one in own if one))

    @cached_property
    def found(self) -> str | None:
        """The expression on which all deciding texts agree, one that states its range before one that does not."""
        files = self.texts.files
        owns = dict.fromkeys(file.own.expression or "" for file in files if families_of([file.own]))
        same = [one for one in owns if families(one) == self.named]
        whole = [one for one in owns if families(one) == self.all_named]
        return next(filter(range_is_stated, same), next(iter(same or whole), None))

    @cached_property
    def leading(self) -> Statement | None:
        """The statement that is compared with the text: publiccode.yml's, else REUSE's or a root manifest's.

        Of several manifests one that names a licence of the text leads: another one may be that of a part or a
        template. What a README says in its prose, and the tag of a single file, are listed but contradict nothing.
        """
        whole = [one for one in self.statements if not one.for_one_file and one.level is not Level.PROSE]
        declared = [one for one in whole if one.level is Level.PUBLICCODE] or whole
        alike = [one for one in declared if one.level is declared[0].level]
        return next((one for one in alike if not self.contradicts(one)), next(iter(alike), None))

    def contradicts(self, statement: Statement) -> bool:
        """None of the licences stated is one of the deciding texts."""
        return bool(self.texts.files) and not families(statement.expression) & self.all_named

    def picks(self, statement: Statement) -> bool:
        """Whether a statement says which of the texts in LICENSES/ is that of the software.

        There REUSE wants the texts of all licences that any file has, so that several are no contradiction; in the
        root they are. A manifest speaks of what is packaged and may be that of a part.
        """
        in_folders = all("/" in file.path for file in self.texts.files)
        return in_folders and statement.level <= Level.PUBLICCODE and families(statement.expression) <= self.all_named
