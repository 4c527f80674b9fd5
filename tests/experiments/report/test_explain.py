"""explain=true: levers before and after in words and numbers, with sources and costs."""

from pathlib import Path

from experiments.report.explain import explanation
from experiments.request.comparison import question
from sim import Parameters
from tests.experiments.request.test_settings import settings


def explained(*overrides: str) -> str:
    asked = settings(*overrides)
    return explanation(asked, question(asked))


def test_a_policy_is_told_with_lever_unit_values_source_and_grade() -> None:
    text = explained("policy=return_guarantee")
    assert "programmes.overseas_fellowship.guarantee: " in text
    assert "chance that the award comes with a post on return [probability]" in text
    assert "set to 1; 2026: 0 -> 1; 2045: 0 -> 1 (may lie between 0 and 1)" in text
    assert "S2:108 asks that the search for the next post be no obstacle" in text
    assert "unit cost of return post year: 9,000,000 JPY per post and year" in text
    assert "million JPY per award and year" in text


def test_before_and_after_follow_the_order_of_composition() -> None:
    text = explained("policy=overseas_weight", "levers.hiring.overseas_weight=1.5", "levers_from=2030")
    assert "add 0.5; 2026: 0 -> 0.5; 2045: 0 -> 0.5" in text
    assert "set to 1.5; 2030: 0.5 -> 1.5; 2045: 0.5 -> 1.5" in text


def test_each_included_policy_and_the_other_side_are_told() -> None:
    text = explained("policy=package", "against=fellowships_doubled")
    assert "holds overseas_weight, doctoral_stipends, fellowships_doubled" in text
    assert text.index("Compared with fellowships_doubled") < text.rindex(
        "Overseas fellowships doubled (fellowships_doubled)"
    )
    assert text.count("times 2") == 2


def test_parameter_sets_are_told_and_levers_that_begin_at_them_as_a_range(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("member,weight,pessimism\n1,0.5,0.6\n2,0.5,0.8\n")
    lever = "levers.information.pessimism=0.9"
    text = explained("policy=baseline", lever, f"parameters.ensemble={file}", "replicates=4")
    assert "2026: 0.6 to 0.8 -> 0.9" in text
    assert (
        f"2 draws of parameters x 2 seeds, which draw 2 of the 2 sets that were not ruled out (ensemble {file})" in text
    )
    point = explained("policy=baseline", lever, "parameters=point", "parameters.overrides.beta=2")
    assert f"2026: {Parameters.load().pessimism:g} -> 0.9" in point
    assert "Parameters: the defaults of the parameter file, beta=2." in point


def test_nothing_is_told_as_nothing() -> None:
    text = explained("policy=baseline")
    assert "No policy: nothing changes." in text
    assert text.endswith("Nothing was computed (explain=true).")
