# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Run all benchmarks one after another."""

from __future__ import annotations

from benchmarks import find_bodies, import_bodies, licences, night, pages, search_page, start, validate

for benchmark in (start, validate, licences, pages, search_page, find_bodies, import_bodies, night):
    benchmark.main()
