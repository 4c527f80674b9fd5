"""Shares of the sets never contradict the word beside them, whatever they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from experiments.analysis.certainty import BARS, FEWEST, LIKELY, SURE, reaches
from experiments.report.numbers import percent
from tests.experiments.report.test_answer import effect


@given(share=st.floats(0, 1), bar=st.sampled_from([*BARS, 0.0]), near=st.floats(-0.004, 0.004))
def test_a_share_of_the_sets_is_shown_on_its_side_of_every_bar(share: float, bar: float, near: float) -> None:
    if bar:
        share = bar + near
    shown = float(percent(share)) / 100
    assert [shown >= one for one in BARS] == [reaches(share, one) for one in BARS]
    assert -1e-8 <= share - shown < 0.01  # rounded down, by less than a per cent


def test_shares_have_decimals_only_where_a_bar_needs_them() -> None:
    shares = [39 / 40, 38 / 40, 1.0, 0.9999, SURE, SURE - 1e-4, 0.976, LIKELY, LIKELY - 1e-4, 0.5, 0.0, float("nan")]
    said = ["97.5", "95", "100", "99", "97.5", "97", "97.6", "80", "79", "50", "0", "?"]
    assert [percent(share) for share in shares] == said
    for sets in range(FEWEST, 101):  # of equal sets, whatever sums of their weights leave
        for agree in range(sets + 1):
            summed = sum([1 / sets] * agree)
            assert percent(summed) == percent(agree / sets), (sets, agree)


@how(deadline=None)
@given(values=st.lists(st.sampled_from([-2.0, -0.1, 0.0, 0.1, 1.0, 3.0]), min_size=FEWEST, max_size=60))
def test_a_sure_word_has_its_share_and_a_range_on_one_side(values: list[float]) -> None:
    row = effect(values)
    shown, word = percent(float(str(row["agreement"]))), row["certainty"]
    if word in ("higher", "lower"):
        assert float(shown) >= 97.5
        assert not float(str(row["low"])) < -1e-9 < 1e-9 < float(str(row["high"]))
    elif str(word).startswith("probably"):
        assert float(shown) >= 80
    elif word == "open":
        assert float(shown) < 80
