# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which token belongs to which host."""

from __future__ import annotations

import ipaddress

from harvesters.guard import Target
from registry.model import EgressRules, HostPort

_API_OF = {"api.github.com": "github.com", "api.bitbucket.org": "bitbucket.org"}
"""API hosts that belong to a forge of another name: operators set the token of the forge they know."""


def token_name(netloc: str) -> str:
    """The spelling of a host in ``ALLMENDE_TOKEN_<HOST>``: "gitlab.opencode.de" -> "GITLAB_OPENCODE_DE".

    A dash is two underscores: otherwise gitlab-opencode.de, which anybody may register, had the same name.
    """
    return netloc.replace("-", "__").replace(".", "_").replace(":", "_").upper()


def token_for(target: Target, rules: EgressRules) -> str | None:
    """The operator's token for exactly this host and port, None where there is none or it would travel in the clear.

    ``EgressRules.tokens`` is keyed by host ("host:port" for a port that is not the scheme's own) or by ``token_name``.
    A dash spelt as one underscore counts only for a host that the operator opened by name.
    """
    if target.scheme != "https" and not ipaddress.ip_address(target.address).is_loopback:
        return None
    names = [target.netloc]
    if (forge := _API_OF.get(target.netloc)) is not None:
        names += [token_name(target.netloc), forge, token_name(forge)]
    elif "_" not in target.host:
        names.append(token_name(target.netloc))
        if HostPort(target.host, target.port) in rules.allow:
            names.append(token_name(target.netloc.replace("-", ".")))
    return next((rules.tokens[name] for name in names if rules.tokens.get(name)), None)
