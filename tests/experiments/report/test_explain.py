"""explain=true: levers before and after in words and numbers, with sources and costs."""

from pathlib import Path

import pytest
import yaml

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
    text = explained("policy=baseline", lever, f"parameters.ensemble={file}", "replicates=4", "sets=2")
    assert "2026: 0.6 to 0.8 -> 0.9" in text
    assert f"2 parameter sets x 2 seeds, which draw 2 of the 2 sets that were not ruled out (ensemble {file})" in text
    point = explained("policy=baseline", lever, "parameters=point", "parameters.overrides.beta=2")
    assert f"2026: {Parameters.load().pessimism:g} -> 0.9" in point
    assert "Parameters: the defaults of the parameter file, beta=2." in point


def test_nothing_is_told_as_nothing() -> None:
    text = explained("policy=baseline")
    assert "No policy: nothing changes." in text
    assert text.endswith("Nothing was computed (explain=true).")


def test_a_world_is_told_once_with_its_path_and_what_a_sceptic_says() -> None:
    text = explained("policy=overseas_weight", "world=weak_yen", "parameters=point")
    assert text.startswith("On both sides\n  The yen loses another quarter of its value (weak_yen), from 2026 on (A51)")
    assert "drivers.exchange_rate: exchange rate in the data of the country [JPY per USD]" in text
    assert "times 1.1 in 2026, 1.3 in 2028; 2026: 149.569 -> 164.526; 2028: 149.569 -> 194.44; 2045: " in text
    assert "looked for: forecasts of the rate" in text
    assert "a sceptic: A weak currency usually comes with" in text
    assert "Compared with baseline: Baseline in the world of: The yen" in text


SOURCED = {"source": "s", "grade": "A"}


def idle(tmp_path: Path, *changes: dict[str, object], **more: object) -> str:
    """What the explanation of a file with these changes says will do nothing."""
    about = {"name": "mine", "title": "t", "title_ja": "t", "start": 2026, **SOURCED}
    content = {**about, "changes": [{**change, **SOURCED} for change in changes], **more}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(content))
    asked = settings("parameters=point", "until=2035").model_copy(update={"policy": (str(tmp_path / "mine.yaml"),)})
    text = explanation(asked, question(asked))
    return "\n".join(line.strip() for line in text.splitlines() if "will do nothing here" in line)


@pytest.mark.parametrize(
    ("changes", "more", "words"),
    [
        ([{"lever": "return_posts.startup", "set": 6}], {}, "needs programmes.*.guarantee, which nothing sets"),
        ([{"lever": "benefits.returnees.years", "set": 9}], {}, "it needs benefits.returnees.share or"),
        ([{"lever": "clock.hosting_support", "set": 0.5}], {}, "it needs clock.hosting_hours, which nothing sets"),
        ([{"lever": "security.guidance", "set": 0.5}], {}, "it needs security.strictness, which nothing sets"),
        ([{"lever": "security.protection", "set": 0.5}], {}, "it needs security.partner_requires, which nothing sets"),
        ([{"lever": "security.exempt", "set": 0.5}], {}, "gate.share or gate.delay or gate.hours, which nothing sets"),
        ([{"lever": "security.sensitive[health]", "set": 2}], {}, "it needs security.strictness or "),
        ([{"lever": "security.exempt", "set": 0.5}, {"lever": "gate.share[CHN]", "set": 0.5}], {}, ""),
        ([{"lever": "security.guidance", "set": 0.5}, {"lever": "security.strictness[CHN]", "set": 0.5}], {}, ""),
        ([{"lever": "clock.hosting_support", "set": 0.5}, {"lever": "clock.hosting_hours", "set": 5}], {}, ""),
        ([{"lever": "leave.cover[left, industry]", "set": 0.5}], {}, "it reaches nobody who is left or industry"),
        ([{"lever": "leave.cover[stage=unplaced]", "set": 0.5}], {}, "it reaches nobody who is unplaced"),
        ([{"lever": "leave.cover[left, postdoc]", "set": 0.5}], {}, ""),
        ([{"lever": "language.training[left]", "set": 0.1}], {}, "it reaches nobody who is left"),
        ([{"lever": "language.training[industry]", "set": 0.1}], {}, ""),
        ([{"lever": "hiring.overseas_weight", "add": 0}], {}, "the value is the same without it"),
        ([{"lever": "hiring.overseas_weight", "add": {2040: 1.0}}], {}, "its path begins in 2040, after 2035"),
        (
            [{"lever": "hiring.overseas_weight", "add": 1}],
            {"start": 2040},
            "it holds from 2040, and the run shows 2026",
        ),
        ([{"address": "drivers.exchange_rate", "times": 1.0}], {}, "the value is the same without it"),
        (
            [{"lever": "hiring.overseas_weight", "add": 1}, {"lever": "hiring.overseas_weight", "set": 0.5}],
            {},
            "a later change sets hiring.overseas_weight after it",
        ),
        ([{"lever": "programmes.degree_scholarship.places", "times": 2}], {}, ""),
        ([{"address": "regions.guests", "times": 2}], {}, "only the statistics that offices would collect read it"),
        ([{"address": "regions.openness[JPN]", "times": 2}], {}, "nothing reads the number of the home region"),
        ([{"address": "regions.openness", "times": 0.9}], {}, ""),
        (
            [
                {"lever": "programmes.degree_scholarship.places", "set": 0},
                {"lever": "programmes.degree_scholarship.income", "times": 2},
            ],
            {},
            "programmes.degree_scholarship has no places in these years",
        ),
    ],
)
def test_what_will_do_nothing_is_said_with_the_reason(
    changes: list[dict[str, object]], more: dict[str, object], words: str, tmp_path: Path
) -> None:
    said = idle(tmp_path, *changes, **more)
    assert words in said
    assert bool(said) == bool(words)


def test_what_others_set_in_the_first_and_last_year_alone_does_something_between(tmp_path: Path) -> None:
    lever = "hiring.overseas_weight"
    years = {"one": (2026, None, {"add": 0.7}), "two": (2026, 2026, {"set": 0.1}), "three": (2035, 2035, {"set": 0.1})}
    for name, (start, end, size) in years.items():
        head = {"name": name, "title": "t", "title_ja": "t", "start": start, "end": end, **SOURCED}
        (tmp_path / f"{name}.yaml").write_text(
            yaml.safe_dump(head | {"changes": [{"lever": lever, **size, **SOURCED}]})
        )
    asked = settings("parameters=point", "until=2035")
    both = tuple(str(tmp_path / f"{name}.yaml") for name in years)
    between, never = (asked.model_copy(update={"policy": both, "until": until}) for until in (2035, 2026))
    assert "will do nothing here" not in explanation(between, question(between))
    assert "two sets hiring.overseas_weight after it" in explanation(never, question(never))


def test_a_life_that_parts_earlier_is_told(tmp_path: Path) -> None:
    (tmp_path / "early.yaml").write_text(
        yaml.safe_dump(
            {"name": "early", "title": "t", "title_ja": "t", "start": 2023, **SOURCED}
            | {"changes": [{"address": "parameters.fixed_limit", "set": 5, **SOURCED}]}
        )
    )
    text = explained(f"policy={tmp_path / 'early.yaml'}", "parameters=point")
    assert "parts from the common history in 2022; effects count from 2025 on" in text
    assert "parameters.fixed_limit: years after which a fixed-term faculty position is not renewed [" in text
    assert "set to 5; 2023: 10 -> 5; 2045: 10 -> 5" in text


def test_a_part_is_told_with_its_share_and_what_the_whole_moves_by(tmp_path: Path) -> None:
    part = {"title": "United Kingdom", "title_ja": "英国", "share": 0.25, "source": "recalled", "grade": "M"}
    change = {"lever": "gate.share[UK_EU, out]", "times": 0.6, "part": part, **SOURCED}
    about = {"name": "mine", "title": "t", "title_ja": "t", "start": 2026, **SOURCED}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(about | {"changes": [change]}))
    said = explained(f"policy={tmp_path / 'mine.yaml'}", "parameters=point")
    assert "times 0.6; 2026: 1 -> 0.9" in said
    assert "meant for United Kingdom (英国), and acts by its share of the whole, 0.25" in said
    assert "from: recalled [M]" in said


def test_a_sum_a_year_is_told_to_follow_the_policy_or_not() -> None:
    assert "300,000,000 JPY per year (fixed)" in explained("policy=cross_appointment")
    assert "1,000,000,000 JPY per year (follows the size of the policy)" in explained("policy=outreach")
