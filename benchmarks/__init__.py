# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The figures the issues name, each measured beside its reference in one run: ``make bench``."""
