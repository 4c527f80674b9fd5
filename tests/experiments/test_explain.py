"""explain=true: levers before and after in words and numbers, with sources and costs."""

from experiments.arms import question
from experiments.explain import explanation
from experiments.whatif import Build
from tests.experiments.test_settings import settings


def explained(*overrides: str) -> str:
    asked = settings(*overrides)
    return explanation(asked, question(asked), *Build.of(asked).inputs())


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


def test_nothing_is_told_as_nothing() -> None:
    text = explained("policy=baseline")
    assert "No policy: nothing changes." in text
    assert text.endswith("Nothing was computed (explain=true).")
