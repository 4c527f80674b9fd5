"""The report: every language whole, every sentence as its table has it, no network, and small."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from experiments.analysis.attribution import Attribution
from experiments.report import answer_figures, workbook
from experiments.report.numbers import sentence
from experiments.report.page_tables import change_rows
from experiments.report.summary import sentences
from experiments.report.whatif_page import Report
from experiments.request.comparison import question
from experiments.request.policies import load
from tests.experiments.report.test_answer import MANY, answer
from tests.experiments.request.test_settings import settings

if TYPE_CHECKING:
    from pathlib import Path

MADE = {"command": "brain-circulation", "fingerprint": "f" * 64, "packages": {"brain-circulation": "0"}, "commit": "c"}
LATIN = re.compile(r"[A-Za-z][A-Za-z_.]{3,}")
KNOWN = {"answer.xlsx", "effects.csv", "paths.csv", "outcomes.parquet", "scale", "sets", "brain", "circulation"}


def left_in_english(page: str) -> set[str]:
    """Words of the Japanese view that are in Latin letters, but for addresses, commands and sources."""
    part = re.sub(r"<(td|th|code)[^>]*lang=\"en\".*?</\1>", "", view(page, "ja"), flags=re.DOTALL)
    part = re.sub(r"<code>.*?</code>|<style.*?</style>|<metadata.*?</metadata>", "", part, flags=re.DOTALL)
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
    assert all(words.parameter(name) in shown for name in ("pessimism", "beta"))


def test_nothing_is_left_in_english_in_the_japanese_view(report: Report, page: str) -> None:
    names = {name for arm in report.why.values() for name in arm.parameters}
    assert left_in_english(page) - KNOWN - names - {"ASEAN", "explain", "true"} == set()


def test_every_figure_is_there_in_both_languages_with_a_title(report: Report, page: str) -> None:
    for code in ("en", "ja"):
        titles = re.findall(r'<svg role="img" aria-label="([^"]+)"', view(page, code))
        assert len(titles) == len(set(report.drawing(code)) - {"effects"})  # that one is a picture of its own
        assert len(titles) == 4 + 2 * 2 + 1  # effects; of each policy when, and who; money; the table has no regions
        assert all(titles)


@pytest.mark.parametrize("code", ["en", "ja"])
def test_what_is_changed_is_told_in_words_with_its_address_and_what_it_costs(report: Report, code: str) -> None:
    words, world = report.answer.words(code), report.answer.world
    rows = list(change_rows(load("family_support"), words, world))
    lever = next(row for row in rows if row.address == "family.support")
    assert lever.what
    assert lever.what != lever.address
    assert lever.how.startswith("add 0.5" if code == "en" else "加算 0.5")
    cost = next(row for row in rows if "JPY" in row.how or "円" in row.how)
    assert "e+" not in cost.how
    assert words.group("supported_family_move") in cost.what
    brought = list(change_rows(load("expert_j"), words, world))
    assert words.say("page.programme") in [row.how for row in brought]


@pytest.mark.parametrize(("code", "instead", "worlds"), [
    ("en", 'once with "Overseas fellowships doubled"', 'in the world of "The yen loses another quarter of its value"'),
    ("ja", "「海外特別研究員の倍増」の場合", "「円安の進行（対ドルで2割強の下落）」"),
])  # fmt: skip
def test_what_is_compared_is_never_called_things_as_they_are_where_it_is_a_policy(
    report: Report, code: str, instead: str, worlds: str
) -> None:
    asked = settings("policy=package", "against=fellowships_doubled", "world=weak_yen")
    other = replace(report.answer, question=question(asked))
    said = text(view(replace(report, answer=other).html(code), code))
    assert instead in said
    assert worlds in said
    for words in ("as things are", "without the policy", "現状のまま", "政策なし 1"):
        assert words not in said
    plain = text(view(report.html(code), code))
    assert ("as things are" if code == "en" else "現状のまま") in plain
    assert worlds not in plain


def test_the_finding_of_one_policy_is_what_it_does_to_returns() -> None:
    for level, told in ((-60.0, "lower"), (60.0, "higher")):
        one = answer("package", returns=[level + number / 10 for number in range(40)])
        assert answer_figures.most(one, one.words("en")).endswith(f"mean of 2031-2035: {told}")


def test_a_workbook_that_cannot_be_written_fails_as_any_file_does(report: Report, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        workbook.write(report.answer, tmp_path / "nowhere" / "answer.xlsx")


def test_the_workbook_holds_both_languages(report: Report, tmp_path: Path) -> None:
    workbook.write(report.answer, tmp_path / "answer.xlsx")
    with zipfile.ZipFile(tmp_path / "answer.xlsx") as book:
        shared = book.read("xl/sharedStrings.xml").decode()
        assert "xl/worksheets/sheet2.xml" in book.namelist()
    assert "Returns" in shared
    assert "帰国" in shared
