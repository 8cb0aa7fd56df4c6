# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Controlled vocabularies and rule texts as data files, with typed loaders."""
