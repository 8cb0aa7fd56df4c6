# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The address policy: decided with a resolver of our own, nothing connects."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.addresses import is_public, literal
from harvesters.guard import Guard, Resolver, Target, redacted
from harvesters.tokens import token_for, token_name
from registry.errors import Refused, Unreachable
from registry.model import EgressRules, HostPort, Outcome
from support.telling import told

PUBLIC = "93.184.215.14"
PUBLIC6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


def answering(*addresses: str) -> Resolver:
    return lambda _host, _port: addresses


def unasked(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"the resolver was asked for {host}:{port}")


def guard(*addresses: str, allow: Sequence[tuple[str, int]] = ()) -> Guard:
    rules = EgressRules(allow=frozenset(HostPort(host, port) for host, port in allow))
    return Guard(rules, answering(*addresses) if addresses else unasked)


@pytest.mark.parametrize(
    "url",
    [
        # addresses that are not public, in plain spelling
        "https://127.0.0.1/x",
        "https://0.0.0.0/x",
        "https://10.1.2.3/x",
        "https://100.64.0.1/x",
        "https://100.100.100.200/latest/meta-data",
        "https://168.63.129.16/machine",
        "https://169.254.169.254/latest/meta-data",
        "https://172.31.255.255/x",
        "https://192.0.0.192/opc",
        "https://192.0.2.1/x",
        "https://192.88.99.1/x",
        "https://192.168.1.1/x",
        "https://198.19.0.1/x",
        "https://224.0.0.1/x",
        "https://240.0.0.1/x",
        "https://255.255.255.255/x",
        "https://[::]/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[::ffff:8.8.8.8]/x",
        "https://[::127.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://[64:ff9b:1::7f00:1]/x",
        "https://[2001::1]/x",
        "https://[2001:20::1]/x",
        "https://[2001:db8::1]/x",
        "https://[2002:7f00:1::]/x",
        "https://[3fff::1]/x",
        "https://[5f00::1]/x",
        "https://[fc00::1]/x",
        "https://[fd00:ec2::254]/x",
        "https://[fe80::1]/x",
        "https://[fe80::1%25eth0]/x",
        "https://[fec0::1]/x",
        "https://[ff02::1]/x",
        # addresses in disguise
        "https://127.1/x",
        "https://127.0.1/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://0x7f.0.0.1/x",
        "https://0177.0.0.1/x",
        "https://127.0.0.01/x",
        "https://127.0.0.1./x",
        "https://127.0.0.0x1/x",
        "https://１２７.０.０.１/x",
        "https://①②⑦.⓪.⓪.①/x",
        "https://127。0。0。1/x",
        "https://%31%32%37.0.0.1/x",
        "https://4294967297/x",
        "https://8.8.8.8.8/x",
        # addresses that no request should be made of
        "http://example.org/x",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "ext::sh -c id",
        "ssh://git@example.org/x",
        "git://example.org/x",
        "javascript:alert(1)",
        "//example.org/x",
        "example.org/x",
        "-uhttps://example.org/x",
        "https:///x",
        "https://",
        "",
        "https://user@example.org/x",
        "https://user:geheim@example.org/x",
        "https://@example.org/x",
        "https://example.org:80/x",
        "https://example.org:8443/x",
        "https://example.org:0/x",
        "https://example.org:65536/x",
        "https://example.org:ssh/x",
        "https://-example.org/x",
        "https://example-.org/x",
        "https://exa mple.org/x",
        "https://example.org/a b",
        "https://example.org/\r\nHost: intern",
        "https://example.org/\tx",
        "https://example.org\\@127.0.0.1/x",
        "https://example.org/\x00",
        "https://example.org/\u202ex",
        "https://exam\u00adple.org:443:443/x",
        "https://[::1/x",
        "https://example.org/\udc80",
        "https://[example.org]/x",
        "https://a..b/x",
        "https://" + "a" * 64 + ".org/x",
        "https://example.org/" + "a" * 2100,
    ],
)
def test_is_refused_without_asking_any_name_server(url: str) -> None:
    with pytest.raises(Refused) as caught:
        guard().check(url)
    assert caught.value.rule != Refused.rule, "each cause has texts of its own"
    assert "geheim" not in told(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "normal", "host"),
    [
        ("https://example.org/a.git", "https://example.org/a.git", "example.org"),
        ("HTTPS://Example.ORG:443/A?b=c#d", "https://example.org/A?b=c", "example.org"),
        ("https://example.org", "https://example.org/", "example.org"),
        ("https://münchen.example/ä", "https://xn--mnchen-3ya.example/%C3%A4", "xn--mnchen-3ya.example"),
        ("https://STRAẞE.example/", "https://xn--strae-oqa.example/", "xn--strae-oqa.example"),
        ("https://example.org/api/projects/a%2Fb", "https://example.org/api/projects/a%2Fb", "example.org"),
    ],
)
def test_a_public_https_url_passes_in_normal_form(url: str, normal: str, host: str) -> None:
    assert guard(PUBLIC).check(url) == Target(normal, "https", host, 443, PUBLIC, False)


def test_a_public_address_needs_no_name_server() -> None:
    assert guard().check(f"https://{PUBLIC}/x").address == PUBLIC
    assert guard().check(f"https://[{PUBLIC6}]/x").netloc == f"[{PUBLIC6}]"


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        (PUBLIC, "127.0.0.1"),
        (PUBLIC, PUBLIC6, "::1"),
        ("169.254.169.254", PUBLIC),
        (PUBLIC, "::ffff:10.0.0.1"),
        (PUBLIC, "no address"),
    ],
)
def test_all_addresses_of_a_name_must_be_public(addresses: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        guard(*addresses).check("https://example.org/x")


def test_an_unknown_name_is_unreachable_not_refused() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(f"{host}:{port} is not known")

    for resolve in (unknown, lambda _host, _port: ()):
        with pytest.raises(Unreachable, match=r"example\.org"):
            Guard(EgressRules(), resolve).check("https://example.org/x?secret=1")


def test_an_exception_opens_one_host_and_port_for_both_schemes() -> None:
    opened = guard("10.0.0.7", allow=[("git.intern.example", 8080), ("127.0.0.1", 9000), ("::1", 9001)])
    for url in ("http://git.intern.example:8080/x", "https://GIT.intern.example:8080/x"):
        assert opened.check(url).address == "10.0.0.7"
        assert opened.check(url).private
    assert opened.check("http://127.0.0.1:9000/x").netloc == "127.0.0.1:9000"
    assert opened.check("http://[0:0:0::1]:9001/x").url == "http://[::1]:9001/x"
    for url in (
        "http://git.intern.example/x",
        "https://git.intern.example/x",
        "http://git.intern.example:8081/x",
        "http://git.intern.example.evil.example:8080/x",
        "http://127.0.0.1:9001/x",
        "http://[::1]:9000/x",
        "http://[::ffff:127.0.0.1]:9000/x",
        "http://127.1:9000/x",
    ):
        with pytest.raises(Refused):
            opened.check(url)


def test_an_opened_name_does_not_lead_to_a_metadata_service() -> None:
    for address in ("169.254.169.254", "168.63.129.16", "0.0.0.0", "224.0.0.1", "fe80::1", "64:ff9b::a9fe:a9fe"):
        with pytest.raises(Refused):
            guard(address, allow=[("git.intern.example", 443)]).check("https://git.intern.example/x")
        with pytest.raises(Refused):
            guard(PUBLIC, address, allow=[("git.intern.example", 443)]).check("https://git.intern.example/x")


def test_the_public_internet_does_not_redirect_into_the_private_network() -> None:
    opened = guard("10.0.0.7", allow=[("git.intern.example", 443), ("127.0.0.1", 9000)])
    public = Target("https://example.org/", "https", "example.org", 443, PUBLIC)
    inside = opened.check("https://git.intern.example/a")
    with pytest.raises(Refused) as caught:
        opened.check("https://git.intern.example/b", came_from=public)
    assert caught.value.rule == "fetch-refused-redirect"
    assert caught.value.params == {"subject": "https://example.org/", "detail": "https://git.intern.example/b"}
    assert opened.check("http://127.0.0.1:9000/b", came_from=inside).port == 9000


def test_messages_say_what_to_do_and_hide_what_is_secret() -> None:
    with pytest.raises(Refused) as caught:
        guard().check("https://user:geheim@example.org/x?token=geheim#geheim")
    assert caught.value.subject == "https://example.org/x"
    assert "Entfernen Sie" in told(caught.value)
    assert redacted("https://a:b@c@d.example/x y?q") == "https://d.example/x\N{REPLACEMENT CHARACTER}y"
    assert len(redacted("https://x/" + "a" * 5000)) == 300


@pytest.mark.parametrize(
    ("url", "rule", "detail"),
    [
        ("http://example.org/x", "fetch-refused-scheme", "http"),
        ("ssh://git@example.org/x", "fetch-refused-scheme", "ssh"),
        ("http://127.0.0.1:9/x", "fetch-refused-scheme", "http"),
        ("https://example.org:8443/x", "fetch-refused-port", "8443"),
        ("https://127.0.0.1/x", "fetch-refused-address", "127.0.0.1"),
        ("https://u:geheim@example.org/x", "fetch-refused-login", "@"),
        ("https://127.1/x", "fetch-refused-spelling", "127.1"),
        ("https://example.org:0/x", "fetch-refused-spelling", "1-65535"),
    ],
)
def test_each_cause_has_its_own_rule(url: str, rule: str, detail: str) -> None:
    with pytest.raises(Refused) as caught:
        guard().check(url)
    assert (caught.value.rule, caught.value.detail) == (rule, detail)
    assert caught.value.outcome is Outcome.REFUSED
    if rule in ("fetch-refused-scheme", "fetch-refused-port", "fetch-refused-address"):
        assert "ALLMENDE_EGRESS_ALLOW" in told(caught.value)


NUMBERS = st.integers(0, 2**32 - 1)


def spellings(number: int) -> list[str]:
    a, b, c, d = number.to_bytes(4, "big")
    return [
        str(number),
        hex(number),
        oct(number).replace("o", ""),
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"0x{a:x}.{b}.{c}.{d}",
        f"{a}.{b}.{c}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a}.{b}.{c}.{d}.",
        f"{a:03}.{b:03}.{c:03}.{d:04}",
    ]


@given(NUMBERS)
def test_odd_spellings_of_an_ipv4_address_are_never_taken_for_a_name(number: int) -> None:
    for host in spellings(number):
        with pytest.raises(ValueError, match=r"."):
            literal(host)
        with pytest.raises(Refused):
            guard().check(f"https://{host}/x")


@given(NUMBERS)
def test_plain_ipv4_passes_exactly_when_it_is_public(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    try:
        passed = guard().check(f"https://{address}/x").address == str(address)
    except Refused:
        passed = False
    assert passed == is_public(address)
    assert not (passed and (address.is_private or address.is_multicast or address.is_reserved))


@given(st.integers(0, 2**128 - 1))
def test_ipv6_outside_global_unicast_is_never_public(number: int) -> None:
    address = ipaddress.IPv6Address(number)
    if is_public(address):
        assert number >> 125 == 1
        assert address.ipv4_mapped is None
        assert address.sixtofour is None
        assert address.teredo is None


@given(st.text(max_size=60))
def test_any_text_passes_or_fails_cleanly(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org/{text}", f"https://{text}.example/"):
        try:
            target = guard(PUBLIC).check(url)
        except (Refused, Unreachable):
            continue
        assert target.url.isascii()
        assert target.url.startswith(f"https://{target.netloc}/")


def test_a_token_belongs_to_exactly_one_host() -> None:
    rules = EgressRules(
        allow=frozenset({HostPort("git-lab.intern.example", 8443), HostPort("127.0.0.1", 80)}),
        tokens={
            "GITLAB_OPENCODE_DE": "one",
            "GIT__LAB_EXAMPLE_ORG": "two",
            "GIT_LAB_INTERN_EXAMPLE_8443": "three",
            "git.example.org": "four",
        },
    )

    def token(host: str, port: int = 443, scheme: str = "https", address: str = PUBLIC) -> str | None:
        return token_for(Target("", scheme, host, port, address), rules)

    assert token("gitlab.opencode.de") == "one"
    # Anybody may register this one; its variable must not be that of the other.
    assert token("gitlab-opencode.de") is None
    assert token("gitlab_opencode.de") is None
    assert token("git-lab.example.org") == "two"
    assert token("git-lab.intern.example", 8443) == "three"
    assert token("git-lab.intern.example") is None
    assert token("git.example.org") == "four"
    assert token("git.example.org", 8443) is None
    assert token("git.example.org", 80, "http") is None
    assert token("git.example.org", 80, "http", "127.0.0.1") == "four"
    assert token_name("git-lab.example.org") == "GIT__LAB_EXAMPLE_ORG"


def test_the_token_of_github_reaches_its_api_and_no_look_alike() -> None:
    rules = EgressRules(tokens={"GITHUB_COM": "secret"})

    def sent_to(host: str) -> str | None:
        return token_for(Target("", "https", host, 443, "192.0.2.1"), rules)

    assert sent_to("api.github.com") == "secret"
    assert sent_to("github.com") == "secret"
    assert sent_to("api.github.com.example.org") is None
    assert sent_to("api-github.com") is None
