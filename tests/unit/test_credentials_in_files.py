# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys and tokens that somebody left in a public file are neither kept as facts nor told in problems."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

import pytest

from harvesters.peers.claims import text
from harvesters.readers.reading import read_snapshot
from registry.vocabulary.credentials import MARK, without_credentials
from support.snapshots import snapshot

# Put together here, so that no scanner takes this file for a leak.
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
TOKENS = {
    "GitHub": "gh" + "p_" + LETTERS,
    "GitHub, fine-grained": "github" + "_pat_" + "11ABCDEFG0_" + LETTERS,
    "GitLab": "gl" + "pat-" + LETTERS[:20],
    "GitLab runner": "gl" + "rt-" + LETTERS[:20],
    "AWS": "AK" + "IA" + "QWERTYUIOPASDF23",
    "Google": "AI" + "za" + LETTERS[:35],
    "Slack": "xo" + "xb-" + "123456789012-" + LETTERS[:24],
    "Stripe": "sk" + "_live_" + LETTERS[:24],
    "npm": "np" + "m_" + LETTERS,
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + LETTERS * 2,
    "Bitbucket": "AT" + "BB" + LETTERS[:24],
    "JWT": "ey" + "JhbGciOiJIUzI1NiJ9." + "ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0." + LETTERS,
}
KEY = "-----BEGIN RSA PRIVATE" + " KEY-----\n" + "MIIEpAIBAAKCAQEA1234567890abcdefghij\n" * 4 + "c2hvcnQ=\n"
KEYS = {
    "PEM": KEY + "-----END RSA PRIVATE" + " KEY-----",
    "cut off": KEY,
    "with headers": KEY.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\n\n", 1) + "-----END RSA PRIVATE KEY-----",
    "on one line": (KEY + "-----END RSA PRIVATE KEY-----").replace("\n", " "),
    "in a JSON text": (KEY + "-----END RSA PRIVATE KEY-----").replace("\n", "\\n"),
    "OpenPGP": KEY.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK") + "-----END PGP PRIVATE KEY BLOCK-----",
}


@pytest.mark.parametrize("name", TOKENS)
def test_tokens_are_taken_out(name: str) -> None:
    token = TOKENS[name]
    assert without_credentials(f"Set TOKEN={token}, then go on.") == f"Set TOKEN={MARK}, then go on."
    assert without_credentials(f"<code>{token}</code>") == f"<code>{MARK}</code>"
    assert without_credentials(f"x{token}") == f"x{token}", "the middle of a longer word is something else"


@pytest.mark.parametrize("name", KEYS)
def test_private_keys_are_taken_out(name: str) -> None:
    found = without_credentials(f"<pre>{KEYS[name]}</pre><p>Danach weiter.</p>")
    assert "".join(found.split()) == f"<pre>{MARK}</pre><p>Danachweiter.</p>"


@pytest.mark.parametrize(
    "said",
    [
        "Put the line -----BEGIN PRIVATE KEY----- first, then the body.",
        "Set GITHUB_TOKEN to a token that starts with ghp_ or github_pat_.",
        "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA1234567890\n-----END CERTIFICATE-----",
        "AKIAB", "npm_config_cache", "keyJaneDoe", "",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(said: str) -> None:
    assert without_credentials(said) == said


def test_nothing_of_them_is_in_what_readers_give() -> None:
    token, key = TOKENS["GitHub"], KEYS["PEM"]
    body = key.splitlines()[1]
    files = {
        "README.md": f"# Bauhof\n\nEin Werkzeug für den Bauhof der Stadt. Zugang mit {token}.\n\n```\n{key}\n```\n",
        "publiccode.yml": f"publiccodeYmlVersion: '0.4'\nname: Bauhof\nurl: https://git.example/a\n"
        f"developmentStatus: {token}\ndescription:\n  de:\n    shortDescription: Zugang {TOKENS['AWS']}\n"
        f"    features: ['{TOKENS['GitLab']}', Karte]\n",
        "package.json": json.dumps({"name": "bauhof", "description": f"With {TOKENS['npm']} inside it."}),
        "CITATION.cff": f"cff-version: 1.2.0\ntitle: Bauhof {TOKENS['Slack']}\n",
        "INSTALL.md": f"# Installation\n\n    export TOKEN={TOKENS['Stripe']}\n",
    }
    readings = read_snapshot(snapshot({path: text.encode() for path, text in files.items()}))
    said = json.dumps([asdict(reading) for reading in readings], default=str)
    assert "Ein Werkzeug" in said
    assert MARK in said
    assert not [name for name, secret in TOKENS.items() if secret in said]
    assert body not in said


def test_nor_in_what_another_catalogue_says() -> None:
    assert text(f"Bauhof {TOKENS['GitHub']}", 200) == f"Bauhof {MARK}"


@pytest.mark.parametrize(
    "piece",
    ["ghp_", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n" + "A" * 16, "eyJ" + "a" * 9,
     "eyJaaaaaaaaaaa.", "-----BEGIN PRIVATE KEY-----A: b\\n", "\\n", "gl", "AKIA", "xoxb-"],
)  # fmt: skip
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = "PRIVATE KEY " + piece * (300_000 // len(piece))
    started = time.process_time()
    without_credentials(text)
    assert time.process_time() - started < 3
