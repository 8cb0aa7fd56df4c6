# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Readers turn the bytes of a snapshot into facts and problems; pure, and run in the sandbox."""
