# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page in a real browser: layout at four widths and schemes, accessibility, no request to others, no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
PAGES = {
    "start": "/",
    "all": "/solutions",
    "results": "/solutions?q=Karte&category=geographic-information-systems",
    "nothing": "/solutions?q=xyzzy",
    "solution": "/solutions/maengelmelder",
    "quoted": "/solutions/sensornetz",
    "failing": "/solutions/energieblick",
    "english": "/en/solutions/parcheggi-liberi",
    "bodies": "/bodies",
    "ambiguous body": "/bodies?q=Neustadt",
    "list of bodies": "/bodies?land=DE-SH&page=1",
    "no body": "/bodies?q=xyzzy",
    "publishing body": "/bodies/stadt-musterhausen",
    "body with a history": "/bodies/musterdorf",
    "provider": "/en/bodies/muster-it",
    "conflict": "/solutions/parcheggi-liberi",
    "no licence": "/solutions/ohne-angaben",
    "licences": "/licences",
    "licence": "/licences/EUPL-1.2",
    "combine": "/licences/combine?licence=EUPL-1.2&licence=GPL-3.0-only&licence=MIT",
    "combine wrongly": "/licences/combine?licence=EUPL-9&licence=MIT&use=own",
    "runs": "/runs",
    "sources": "/sources",
    "operating": "/operating",
    "judging": "/judging",
    "missing": "/nothing-here",
}
MODES: dict[str, dict[str, Any]] = {
    "wide": {"width": 1280},
    "dark": {"width": 1280, "color_scheme": "dark"},
    "narrow": {"width": 320},
}
ONLY_LAYOUT: dict[str, dict[str, Any]] = {
    "phone": {"width": 360},
    "tablet": {"width": 800, "forced_colors": "active"},
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HOSTILE = "/solutions?q=Pruefstein"


class Opener(Protocol):
    def __call__(self, path: str, width: int = 1280, **context: Any) -> Any: ...


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_fits_and_is_accessible(open_page: Opener, path: str, mode: dict[str, Any]) -> None:
    with open_page(path, **mode) as page:
        assert page.evaluate(OVERFLOW) <= 0
        assert page.locator("h1").count() == 1
        page.evaluate(AXE)
        outcome = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        violations = [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in outcome["violations"]]
        assert violations == []


@pytest.mark.parametrize("mode", ONLY_LAYOUT.values(), ids=ONLY_LAYOUT)
def test_pages_fit(open_page: Opener, site: str, mode: dict[str, Any]) -> None:
    with open_page("/", **mode) as page:
        for path in PAGES.values():
            page.goto(site + path)
            assert page.evaluate(OVERFLOW) <= 0, path


@pytest.mark.parametrize("width", [1280, 320])
def test_hostile_texts_do_nothing(open_page: Opener, width: int) -> None:
    with open_page(HOSTILE, width) as page:
        assert page.locator("script, main img").count() == 0
        assert page.evaluate(OVERFLOW) <= 0
        page.locator(".result a").first.click()
        page.wait_for_load_state()
        assert "alert(1)" in page.locator("h1").inner_text()
        assert page.locator("script, main img").count() == 0
        assert page.evaluate(OVERFLOW) <= 0


def test_the_way_of_a_clerk_without_script(open_page: Opener) -> None:
    with open_page("/", java_script_enabled=False) as page:
        page.get_by_label("Wonach suchen Sie?").fill("Maengelmelder")
        page.keyboard.press("Enter")
        page.wait_for_url("**/solutions?q=Maengelmelder")
        page.locator(".facets").get_by_role("link", name="EUPL-1.2").click()
        page.wait_for_url("**licence=EUPL-1.2")
        assert page.locator(".chips").get_by_text("Lizenz: EUPL-1.2").count() == 1
        page.get_by_role("link", name="English").click()
        page.wait_for_url("**/en/solutions?q=Maengelmelder&licence=EUPL-1.2")
        page.locator(".result a").first.click()
        page.wait_for_url("**/en/solutions/maengelmelder")
        assert page.locator("h1").inner_text() == "Mängelmelder"


@pytest.mark.parametrize("width", [360, 320])
def test_harvests_are_read_without_scrolling_sideways(open_page: Opener, width: int) -> None:
    with open_page("/runs", width) as page:
        _fits_beside_nothing(page, width)
        page.locator("tbody a").last.click()
        page.wait_for_url("**/runs/*")
        _fits_beside_nothing(page, width)
        page.evaluate(AXE)
        outcome = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [found["id"] for found in outcome["violations"]] == []


def _fits_beside_nothing(page: Any, width: int) -> None:
    """Every cell is within the window, and the table itself has nothing to scroll to."""
    assert page.locator("tbody td").count() > 1
    for cell in page.locator("tbody tr").first.locator("td").all():
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    table = page.locator(".kern-table-responsive").first
    assert table.evaluate("element => element.scrollWidth - element.clientWidth") <= 0


def test_the_search_icon_is_seen_in_forced_colours(open_page: Opener) -> None:
    with open_page("/", forced_colors="active") as page:
        colours = page.locator(".search button").evaluate(
            "button => [getComputedStyle(button.querySelector('svg')).fill, getComputedStyle(button).backgroundColor]"
        )
        assert colours[0] != colours[1]


def test_answers_stand_beside_their_questions(open_page: Opener) -> None:
    with open_page("/solutions/maengelmelder") as page:
        for head in page.locator(".signal-head").all():
            title, badge = head.locator("h3").bounding_box(), head.locator(".kern-badge").bounding_box()
            assert title is not None
            assert badge is not None
            assert abs(title["y"] - badge["y"]) < 8
            assert badge["x"] >= title["x"] + title["width"]


def test_licences_are_combined_by_keyboard_without_script(open_page: Opener) -> None:
    with open_page("/solutions/maengelmelder", java_script_enabled=False) as page:
        page.get_by_text("Vom IT-Dienstleister betreiben lassen").focus()
        assert not page.locator(".use li").nth(2).is_visible()
        page.keyboard.press("Enter")
        assert page.locator(".use").nth(1).locator("li").first.is_visible()
        page.get_by_role("link", name="Mit anderen Lizenzen kombinieren").click()
        page.get_by_label("Lizenz 2").fill("MIT")
        page.get_by_label("Ändern und veröffentlichen").check()
        page.keyboard.press("Enter")
        page.wait_for_url("**use=publishing")
        assert page.get_by_role("heading", name="Ergebnis für EUPL-1.2 + MIT").is_visible()


def test_explanations_and_the_letter_are_printed_in_full(open_page: Opener) -> None:
    with open_page("/solutions/ohne-angaben") as page:
        page.emulate_media(media="print")
        assert page.locator(".use li").first.is_visible()
        assert page.locator(".printed").is_visible()
        assert not page.locator("#letter").is_visible()


def test_a_chosen_use_is_seen_in_forced_colours(open_page: Opener) -> None:
    with open_page("/licences/combine", forced_colors="active") as page:
        assert page.locator("#use-all").evaluate("radio => getComputedStyle(radio).appearance") == "auto"


def test_filters_are_folded_away_on_a_phone_and_can_be_opened(open_page: Opener) -> None:
    with open_page("/solutions", 360) as page:
        link = page.locator(".facets").get_by_role("link", name="EUPL-1.2")
        assert not link.is_visible()
        page.get_by_text("Liste eingrenzen").click()
        assert link.is_visible()
    with open_page("/solutions", 1280) as page:
        assert page.locator(".facets").get_by_role("link", name="EUPL-1.2").is_visible()


def test_the_first_tab_stop_leads_to_the_content(open_page: Opener) -> None:
    with open_page("/solutions/maengelmelder") as page:
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.inner_text() == "Zum Inhalt springen"
        box = skip.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_dark_scheme_is_dark(open_page: Opener) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    with open_page("/", color_scheme="dark") as page:
        assert page.evaluate(background) in ("oklch(0 0 0)", "rgb(0, 0, 0)")
    with open_page("/", color_scheme="light") as page:
        assert page.evaluate(background) in ("oklch(1 0 0)", "rgb(255, 255, 255)")


def test_our_font_is_used(open_page: Opener) -> None:
    with open_page("/") as page:
        assert page.evaluate("document.fonts.load('16px \"Fira Sans\"').then(fonts => fonts.length > 0)")
        loaded = page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').length")
        assert loaded >= 2


def test_the_map_is_read_and_used_without_seeing_it(open_page: Opener) -> None:
    with open_page("/bodies") as page:
        drawing = page.get_by_role("group", name="Karte von Deutschland: wer Lösungen veröffentlicht")
        assert drawing.get_by_role("link").count() == 2
        together = drawing.get_by_role("link", name="Stadt Musterhausen und eine weitere Stelle: 14 Lösungen")
        together.focus()
        page.keyboard.press("Enter")
        assert page.locator(":target tr").count() == 2
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Stadt Musterhausen"


def test_the_map_is_black_on_white_in_print(open_page: Opener) -> None:
    with open_page("/bodies", color_scheme="dark") as page:
        page.emulate_media(media="print")
        paint = "element => [getComputedStyle(element).fill, getComputedStyle(element).stroke]"
        for part in (".map .land", ".marker circle", ".marker .ring"):
            assert page.locator(part).first.evaluate(paint) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        assert page.locator(".marker text").first.evaluate(paint)[0] == "rgb(0, 0, 0)"
