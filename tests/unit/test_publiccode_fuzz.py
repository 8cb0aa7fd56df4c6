# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""No bytes break the checkers or the mender: the small sister of ``benchmarks/fuzz_publiccode.py``."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_publiccode import CALLS, Tally, judged, trial
from benchmarks.mutations import MUTATIONS, mutated, seeds
from benchmarks.validate import generated
from harvesters.publiccode.checked import Checked
from harvesters.publiccode.checking import check
from harvesters.publiccode.reference import check_reference
from registry.catalogue.validating import Report, report_json
from registry.vocabulary.rules import LANGUAGES, rules

OURS = [content for content in seeds() if len(content) < 20_000][:12]
MOST_BYTES = 10_000
"""Long files are for the run."""
BOUNDED = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def examine(content: bytes) -> None:
    content = content[:MOST_BYTES]
    answer = trial(content)
    assert answer["fault"] is None
    for checked in (check(content), check_reference(content)):
        _well_formed(checked)


def _well_formed(checked: Checked) -> None:
    """What everybody may rely on, whatever the file was."""
    for finding in checked.findings:
        assert finding.rule in rules()
        assert finding.origin is not None
        assert isinstance(finding.origin.line, int)
        assert isinstance(finding.origin.column, int)
    for lang in LANGUAGES:
        assert set(report_json(Report("x", checked.version, checked.findings), lang)) == {
            "file", "version", "outcome", "findings",
        }  # fmt: skip


@BOUNDED
@given(st.binary(max_size=300))
def test_noise(content: bytes) -> None:
    examine(content)


@BOUNDED
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%?, \n\t\r\u2028ä😀"), max_size=120))
def test_what_looks_like_yaml(text: str) -> None:
    examine(text.encode())


@BOUNDED
@given(st.integers(0, 2**32))
def test_spoilt_files(seed: int) -> None:
    examine(mutated(OURS, random.Random(seed)))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_each_mutation_spoils_something_and_breaks_nothing(mutation: object) -> None:
    chance = random.Random(7)
    spoilt = [mutation(generated(), chance) for _ in range(4)]  # type: ignore[operator]
    assert any(content != generated() for content in spoilt)
    for content in spoilt:
        examine(content)


def test_the_run_would_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(content: bytes) -> None:
        raise RecursionError(len(content))

    monkeypatch.setitem(CALLS, "check", broken)
    # The memory is that of the whole test run here, and may be over the limit for a child of its own.
    assert "RecursionError" in str(judged({**trial(b"x"), "rss": 1}, Tally()))
    assert judged({"fault": None, "seconds": {"check": 1.2}, "rss": 1}, Tally()) == "check: 1.20 s of processor time"
    assert judged({"fault": None, "seconds": {}, "rss": 400 * 2**20}, Tally()) == "400 MiB"
    assert judged({"fault": None, "seconds": {"check": 0.9}, "rss": 1}, Tally()) is None
