# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one guarded way to run git: everything else asks ``door.GitDoor`` for a snapshot."""
