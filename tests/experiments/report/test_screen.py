"""The screen in a narrow terminal, and titles that fit beside their numbers."""

from __future__ import annotations

import pytest

from experiments.report import letters, screen
from sim.measures.outcomes import CATALOGUE
from tests.experiments.report.test_answer import MANY, answer


@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize("arms", [1, 4, 7])
def test_in_a_narrow_terminal_nothing_is_cut_and_each_number_has_its_line(code: str, arms: int) -> None:
    library = ["package", "overseas_weight", "doctoral_stipends", "fellowships_doubled", "return_guarantee"]
    one = answer(*(library * 2)[:arms], **MANY)
    words = one.words(code)
    text = screen.screen(one, words, 80)
    assert max(map(letters.width, text.splitlines())) <= 80
    assert "…" not in text
    assert "│" not in text
    whole = text.replace("\n", "").replace(" ", "")
    for finding in one.findings:
        assert any(name.replace(" ", "") in whole for name in (words.policy(finding.arm), words.briefly(finding.arm)))
        numbers = list(finding.numbers.items())
        for outcome, row in numbers if arms <= 4 else numbers[:1]:
            assert screen.cell(row, outcome, words) in text


@pytest.mark.parametrize("code", ["en", "ja"])
def test_titles_of_the_screen_fit_beside_their_numbers_and_these_have_their_unit(code: str) -> None:
    one = answer("package", "overseas_weight", "doctoral_stipends", "fellowships_doubled", **MANY)
    words = one.words(code)
    may = [name for name in dict.fromkeys(one.listed) if CATALOGUE[name].theme not in ("money", "distribution")]
    typical = {"share": "▲ +0.44 (0.29 to 0.60)", "other": "▲ +1,085 (745 to 1,340)"}
    for name in may:
        unit = CATALOGUE[name].unit
        said = typical.get(unit, typical["other"])
        if code == "ja":
            said = said.replace(" (", "（").replace(" to ", "～").replace(")", "）")
        shown = f"{said} {words.table('short_unit')[unit]}".rstrip()
        assert letters.width(f"{words.short(name)} {shown}") <= screen.COLUMNS // 2 - 3, name
    assert "…" not in screen.screen(one, words)
