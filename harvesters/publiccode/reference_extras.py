# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the reference parser checks behind its struct rules, with network checks off: deprecations, files, videos, IT.

Source of the rules: ``validateFieldsV0`` of publiccode-parser-go's fields.go and the checks of validations.go.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from posixpath import normpath, splitext
from typing import Any
from urllib.parse import urlsplit

from harvesters.publiccode import reference_urls, reference_values
from harvesters.publiccode.files import Files
from harvesters.publiccode.reference_findings import Told
from harvesters.publiccode.reference_tables import tables

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER_END = 33
_BODY = "urn:x-italian-pa:"
_IT_LOWER = "Lowercase country codes are DEPRECATED and will be removed in the future. Use 'IT' instead"


def check(values: Mapping[str, Any], files: Files, told: Told) -> None:
    """Tell what these checks find in a decoded file."""
    extras = _Extras(files, told)
    extras.logo("logo", values["logo"])
    if values["monochromeLogo"]:
        told.deprecated("monochromeLogo")
        extras.logo("monochromeLogo", values["monochromeLogo"])
    for name in ("countries", "unsupportedCountries"):
        _lower_case(f"intendedAudience.{name}", (values["intendedAudience"] or {}).get(name) or (), told)
    extras.legal(values["legal"])
    for name in ("inputTypes", "outputTypes"):
        if values[name] is not None:
            told.deprecated(name)
    for language, description in (values["description"] or {}).items():
        extras.description(f"description.{language}", description)
    _italy(values["IT"], values["it"], told)
    _bodies(values, told)


class _Extras:
    def __init__(self, files: Files, told: Told) -> None:
        self._files = files
        self._told = told

    def legal(self, legal: Mapping[str, Any]) -> None:
        written = legal["authorsFile"]
        if written is not None:
            self._told.deprecated("legal.authorsFile")
            path = self._local("legal.authorsFile", written)
            if path is not None and self._files.exists(path) is False:
                says = f"'{path}' does not exist: no such file: {path}"
                self._told.error("publiccode-path-absent", "legal.authorsFile", says, value=written)
        if legal["repoOwner"] is not None:
            self._told.deprecated("legal.repoOwner")

    def description(self, path: str, description: Mapping[str, Any]) -> None:
        if description["genericName"]:
            self._told.deprecated(f"{path}.genericName", "genericName")
        for place, written in enumerate(description["screenshots"] or ()):
            key = f"{path}.screenshots[{place}]"
            local = self._local(key, written)
            if local is not None:
                self._picture(key, written, local, tables().screenshot, f"'{written}' is not an image: ")
        for place, written in enumerate(description["videos"] or ()):
            self._video(f"{path}.videos[{place}]", written or "")

    def logo(self, key: str, written: str | None) -> None:
        local = self._local(key, written) if written else None
        if written and local is not None and self._picture(key, written, local, tables().logo, ""):
            content = self._files.read(local) if local.lower().endswith(".png") else None
            fault = _png_fault(content) if content is not None else ""
            if isinstance(fault, int):
                least = tables().narrowest
                says = f"invalid image size of {fault} (min {least}px of width): {local}"
                params = {"width": str(fault), "least": str(least)}
                self._told.error("publiccode-reference-narrow", key, says, value=written, **params)
            elif fault:
                self._told.error("publiccode-image-broken", key, fault, value=written, detail=fault)

    def _local(self, key: str, written: str) -> str | None:
        """The path of a file beside; None for one that is refused, and for URLs, which need the network."""
        rest = "Only relative paths or HTTP(s) URLs allowed"
        if written.startswith("/"):
            self._told.error("publiccode-path-absolute", key, f"is an absolute path. {rest}", value=written)
            return None
        if written.startswith("file:"):
            self._told.error("publiccode-path-file-url", key, f"is a file:// URL. {rest}", value=written)
            return None
        return None if reference_urls.is_request_uri(written) else normpath(written)

    def _picture(self, key: str, written: str, path: str, extensions: frozenset[str], intro: str) -> bool:
        """Whether the extension is right and the file is there, as far as is known."""
        if _extension(path) not in extensions:
            says = f"{intro}invalid file extension for: {path}"
            allowed = ", ".join(sorted(extensions))
            self._told.error("publiccode-path-extension", key, says, value=written, allowed=allowed)
            return False
        if self._files.exists(path) is False:
            self._told.error("publiccode-path-absent", key, f"{intro}no such file: {path}", value=written)
            return False
        return True

    def _video(self, key: str, written: str) -> None:
        says = f"'{written}' is not a valid video URL supporting oEmbed: invalid oEmbed link: {written}"
        verdict = _is_video(written)
        if verdict is False:
            self._told.error("publiccode-reference-video", key, says, value=written)
        elif verdict is None:
            self._told.hint("publiccode-video-unchecked", key, says, value=written)


def _extension(path: str) -> str:
    name = path.rpartition("/")[2]
    return splitext(f"x{name}")[1].lower()  # Go's Ext takes a leading dot for the start of an extension


def _is_video(written: str) -> bool | None:
    """Whether the address has the shape of a video address; None where the shapes of its host are not held."""
    if not reference_urls.is_http_url(written):
        return False
    try:
        host = (urlsplit(written).hostname or "").lower()
    except ValueError:
        return None
    for known, shapes in tables().videos.items():
        if host == known or host.endswith(f".{known}"):
            return any(shape.fullmatch(written) for shape in shapes)
    return None


def _png_fault(content: bytes) -> str | int:
    """What reading the header of a PNG says, or its width if too small; "" if fine. Only the header is read."""
    if not content.startswith(_PNG):
        return "image: unknown format"
    header = content[len(_PNG) : _HEADER_END]
    if len(header) < _HEADER_END - len(_PNG):
        return "unexpected EOF"
    length, kind, width = struct.unpack(">I4sI", header[:12])
    if kind != b"IHDR" or length != 13:
        return "png: invalid format: chunk out of order"
    if zlib.crc32(header[4:21]) != struct.unpack(">I", header[21:])[0]:
        return "png: invalid format: invalid checksum"
    return int(width) if width < tables().narrowest else ""


def _lower_case(path: str, countries: Sequence[str], told: Told) -> None:
    for place, code in enumerate(countries):
        if reference_values.is_country(code) and code == code.lower():
            says = f"Lowercase country codes are DEPRECATED. Use uppercase instead ('{code.upper()}')"
            told.warning("publiccode-country-case", f"{path}[{place}]", says, value=code, right=code.upper())


def _italy(upper: Mapping[str, Any] | None, lower: Mapping[str, Any] | None, told: Told) -> None:
    if lower is not None:
        told.warning("publiccode-country-case", "it", _IT_LOWER, value="it", right="IT")
    if upper is not None and lower is not None:
        told.error("publiccode-reference-both-sections", "it", "'IT' key already present. Remove this key")
    section = upper if upper is not None else lower
    if section is None:
        return
    if section["conforme"] is not None:
        told.deprecated("IT.conforme")
    code = section["riuso"]["codiceIPA"]
    if code and reference_values.is_body_code(code):
        told.deprecated("IT.riuso.codiceIPA", value=code)


def _bodies(values: Mapping[str, Any], told: Told) -> None:
    """The list of Italian public bodies is not held: say which codes the reference parser would look up in it."""
    named = [("organisation", values["organisation"])]
    named += [(f"fundedBy[{place}]", one) for place, one in enumerate(values["fundedBy"] or ())]
    for path, organisation in named:
        uri = organisation["uri"] if organisation else ""
        if uri.lower().startswith(_BODY) and reference_values.is_body_code(uri[len(_BODY) :]):
            _unchecked(f"{path}.uri", uri[len(_BODY) :], told)
    for name in ("IT", "it"):
        code = values[name]["riuso"]["codiceIPA"] if values[name] else ""
        if code and reference_values.is_body_code(code):
            _unchecked(f"{name}.riuso.codiceIPA", code, told)


def _unchecked(key: str, code: str, told: Told) -> None:
    field = key.rpartition(".")[2]
    says = f"{field} must be a valid Italian Public Administration Code (iPA)"
    told.hint("publiccode-body-unchecked", key, says, value=code)
