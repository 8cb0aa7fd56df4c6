# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Begins a command: its log and colours as the settings want them. Cheap: what makes lines of records loads late."""

from __future__ import annotations

import click

from registry.config import colour_wanted, log_settings, secrets_in_force
from registry.logs import begin_logging
from registry.redacting import Redactor


def begin(context: click.Context | None = None) -> None:
    form, level = log_settings()
    if context is not None:
        # Inherited by the context of the command that follows.
        context.color = colour_wanted()
    begin_logging(form, level, lambda: Redactor(secrets_in_force()))
