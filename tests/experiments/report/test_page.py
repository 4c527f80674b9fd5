"""The report: every language whole, every sentence as its table has it, no network, and small."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from experiments.analysis.attribution import Attribution
from experiments.report import workbook
from experiments.report.numbers import sentence
from experiments.report.summary import sentences
from experiments.report.whatif_page import Report
from tests.experiments.report.test_answer import MANY, answer

if TYPE_CHECKING:
    from pathlib import Path

MADE = {"command": "brain-circulation", "fingerprint": "f" * 64, "packages": {"brain-circulation": "0"}, "commit": "c"}
LATIN = re.compile(r"[A-Za-z][A-Za-z_.]{3,}")
KNOWN = {"answer.xlsx", "effects.csv", "paths.csv", "outcomes.parquet", "scale", "sets", "brain", "circulation"}


def left_in_english(page: str) -> set[str]:
    """Words of the Japanese view that are in Latin letters, but for addresses, commands and sources."""
    part = re.sub(r"<(td|th|code)[^>]*lang=\"en\".*?</\1>", "", view(page, "ja"), flags=re.DOTALL)
    part = re.sub(r"<code>.*?</code>|<style.*?</style>|<metadata.*?</metadata>", "", part, flags=re.DOTALL)
    part = re.sub(r'<th scope="row">[a-z_.]+\w*</th><td>\w+ [^<]*</td>', "", part)  # addresses of what is changed
    return set(LATIN.findall(text(part))) - {"IPAex"}


@pytest.fixture(scope="module")
def report() -> Report:
    one = answer("package", "overseas_weight", **MANY)
    returns = one.effects[one.effects["outcome"] == "returns"]
    by_year = pd.concat([returns.assign(first=year, last=year) for year in range(2026, 2046)], ignore_index=True)
    why = {"package": Attribution(0.6, ("pessimism", "beta"), 40), "overseas_weight": Attribution(0.1, (), 40)}
    return Report(one, by_year, MADE, why)


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return report.html("en")


def view(page: str, code: str) -> str:
    """What stands in one language of the page, as a reader reads it."""
    (part,) = re.findall(rf'<main class="view" lang="{code}".*?</main>', page, re.DOTALL)
    return part


def text(part: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)))


def test_the_page_is_small_whole_and_asks_no_network(page: str) -> None:
    assert len(page.encode()) < 3_000_000
    addresses = set(re.findall(r"""(?:src|href)=["']?([^"'#> ]+)""", page)) | set(re.findall(r"url\(([^)]*)\)", page))
    assert all(address.strip('"').startswith(("data:", "#")) for address in addresses), addresses
    assert "@import" not in page
    assert page.count("<main ") == 2
    identities = re.findall(r'\bid="([^"]+)"', page)
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("code", ["en", "ja"])
def test_every_sentence_is_that_of_its_table(report: Report, page: str, code: str) -> None:
    words, shown = report.answer.words(code), text(view(page, code))
    rows = report.answer.effects.set_index(["policy", "outcome", "group"])
    for finding in report.answer.findings:
        assert sentence(rows.loc[(finding.arm.name, "returns", "all")], "returns", words) in shown
        for caution in finding.cautions:
            assert caution.said(words) in shown
        for said in sentences(finding, words):
            numbers = re.findall(r"[\d,.]*\d", said)
            assert all(number in shown for number in numbers), said
    assert "60" in shown  # per cent that two parameters foretell
    assert "pessimism" in shown


def test_nothing_is_left_in_english_in_the_japanese_view(report: Report, page: str) -> None:
    names = {name for arm in report.why.values() for name in arm.parameters}
    assert left_in_english(page) - KNOWN - names - {"ASEAN", "explain", "true"} == set()


def test_every_figure_is_there_in_both_languages_with_a_title(report: Report, page: str) -> None:
    for code in ("en", "ja"):
        titles = re.findall(r'<svg role="img" aria-label="([^"]+)"', view(page, code))
        assert len(titles) == len(set(report.drawing(code)) - {"effects"})  # that one is a picture of its own
        assert len(titles) == 4 + 2 * 2 + 1  # effects; of each policy when, and who; money; the table has no regions
        assert all(titles)


def test_the_workbook_holds_both_languages(report: Report, tmp_path: Path) -> None:
    workbook.write(report.answer, tmp_path / "answer.xlsx")
    with zipfile.ZipFile(tmp_path / "answer.xlsx") as book:
        shared = book.read("xl/sharedStrings.xml").decode()
        assert "xl/worksheets/sheet2.xml" in book.namelist()
    assert "Returns" in shared
    assert "帰国" in shared
