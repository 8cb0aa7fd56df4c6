# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The catalogue: model, rules, storage, search and web. See docs/architecture.md."""

__version__ = "0.1.0"
