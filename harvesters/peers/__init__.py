# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Other catalogues as sources: each adapter turns a peer's entries into repository addresses and claims.

A new kind of catalogue is a module with a ``Peer`` and one line in ``PEERS``.
"""

from __future__ import annotations

from harvesters.http import HttpClient
from harvesters.peers.base import Entry, Peer, PeerPage, TakesFiles
from harvesters.peers.code_json import CodeJson
from harvesters.peers.documents import JsonDocument
from harvesters.peers.listing import PubliccodeList
from harvesters.peers.markdown import MarkdownFolder
from harvesters.peers.open_catalog import OpenCatalogApi
from registry.model import PeerKind

__all__ = ["PEERS", "Entry", "Peer", "PeerPage", "TakesFiles", "open_peer"]

PEERS: tuple[type[Peer], ...] = (OpenCatalogApi, JsonDocument, CodeJson, MarkdownFolder, PubliccodeList)


def open_peer(kind: PeerKind, http: HttpClient, git: TakesFiles) -> Peer:
    """The adapter of a kind of catalogue; cheap, connects to nothing."""
    return next(peer for peer in PEERS if peer.kind is kind)(http, git)
