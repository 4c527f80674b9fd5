"""The report in a real browser: no request, no error, no word outside the page, readable with assistive technology."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from experiments.report.whatif_page import Report
from tests.clients.browser import chromium, needs_chromium
from tests.experiments.report.test_answer import MANY, answer, effect
from tests.experiments.report.test_page import MADE

if TYPE_CHECKING:
    from collections.abc import Iterator

SERIOUS = """async code => {
  document.querySelector(`[data-to=${code}]`).click();
  for (const view of document.querySelectorAll("main[hidden]")) view.remove();
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const main = document.querySelector("main"), parts = [...main.querySelectorAll(":scope > section")], found = [];
  for (const part of parts) part.remove();
  for (const part of parts) {
    main.append(part);
    const {violations} = await axe.run(document, {resultTypes: ["violations"], elementRef: false});
    part.remove();
    for (const one of violations.filter(one => ["serious", "critical"].includes(one.impact)))
      found.push([one.id, part.querySelector("h2").textContent, one.nodes[0].html]);
  }
  return [parts.length, found];
}"""
"""Each section beside the heading of the page, with its figures and what it folds: axe's time grows with the whole."""
PAPER = 703
"""Pixels of 1/96 inch between the margins of a sheet of A4: 210 less 24 mm."""
pytestmark = needs_chromium


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    one = answer("package", "overseas_weight", **MANY)
    returns = one.effects[one.effects["outcome"] == "returns"]
    regions = [
        effect([level + 1.0] * 40, "departures", region, policy=policy)
        for policy in ("package", "overseas_weight")
        for level, region in enumerate(one.world.abroad)
    ]
    whole = replace(one, found=pd.concat([one.effects, pd.DataFrame(regions)], ignore_index=True))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(Report(whole, returns, MADE, {}).html("en"), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_report_opens_and_switches_its_language_without_a_request(
    browser: Any,  # noqa: ANN401 - playwright is not needed to read this
    address: str,
    width: int,
    code: str,
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    page.click(f"[data-to={code}]")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert wrong == []
    assert page.evaluate("document.documentElement.lang") == code
    assert page.locator("main:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


@pytest.mark.parametrize("code", ["en", "ja"])
def test_nothing_that_axe_calls_serious(browser: Any, address: str, code: str) -> None:  # noqa: ANN401
    import axe_core_python

    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_default_timeout(240_000)
    page.goto(address)
    page.evaluate((Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    sections, serious = page.evaluate(SERIOUS, code)
    assert serious == []
    assert sections == 12
    page.close()


def test_headings_and_buttons_of_japanese_letters_alone_are_drawn_in_the_font_that_the_report_brings(
    browser: Any,  # noqa: ANN401
    address: str,
) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.click("[data-to=ja]")
    wide = """of => [...document.querySelectorAll(of)].map(one => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return range.getBoundingClientRect().width / parseFloat(getComputedStyle(one).fontSize) / one.textContent.length;
    })"""
    for of in ("button[data-to=ja]", "main[data-view=ja] h2"):
        assert min(page.evaluate(wide, of)) > 0.9, of  # a letter is as wide as it is high; a box for none is narrower
    page.close()


@pytest.mark.parametrize("code", ["en", "ja"])
def test_a_printed_page_cuts_no_table_and_leaves_long_ones_folded(
    browser: Any,  # noqa: ANN401
    address: str,
    code: str,
) -> None:
    page = browser.new_page(viewport={"width": PAPER, "height": 900})
    page.goto(address)
    page.click(f"[data-to={code}]")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    folded = "document.querySelectorAll('main:not([hidden]) details:not([open])').length"
    assert page.evaluate(folded) == page.locator("main:visible details.long").count() > 0
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.emulate_media(media="print")
    beyond = """() => [...document.querySelectorAll("main:not([hidden]) td, main:not([hidden]) th")]
      .filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.textContent)"""
    assert page.evaluate(beyond) == []
    page.close()


def test_what_was_folded_before_it_was_printed_is_folded_after(
    browser: Any,  # noqa: ANN401
    address: str,
) -> None:
    page = browser.new_page()
    page.goto(address)
    opened = "document.querySelectorAll('details[open]').length"
    before = page.evaluate(opened)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(opened) > before
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(opened) == before
    page.close()
