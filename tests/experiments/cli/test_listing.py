"""`list`: everything that can be asked for, by kind and by word."""

import pytest

from experiments.cli.listing import KINDS, listed
from experiments.errors import InputError
from sim import World
from sim.instruments import counted
from sim.instruments.levers import catalogue


def lines(*arguments: str) -> list[str]:
    return list(listed(arguments))


def test_without_a_word_kinds_are_counted() -> None:
    found = lines()
    assert [line.split()[0] for line in found[: len(KINDS)]] == list(KINDS)
    assert any(line.startswith("rows") and line.endswith(": 174") for line in found)


def test_every_lever_is_listed_with_its_keys() -> None:
    names = {line.split()[0].partition("[")[0] for line in lines("levers") if line.startswith("  ")}
    assert names == set(catalogue(World.load()))
    assert any("posts.opened[stage, tier, field]" in line for line in lines("levers", "posts"))


def test_every_item_that_may_be_priced_is_listed_with_its_unit_in_both_languages() -> None:
    found = lines("items")
    names = {line.split()[0] for line in found if line.startswith("  ")}
    assert {"managers", "hours", "year", "hires", "hires.TIER", "awards.PROGRAMME", "arrivals.REGION"} <= names
    assert "awards" not in names
    assert all(name.partition(".")[0] in counted.COUNTED or name in counted.of_instruments() for name in names)
    shown = "\n".join(lines("items", "manager"))
    assert "支援人材" in shown
    assert "JPY per manager and year" in shown
    assert "research_university" in "\n".join(lines("items", "hires"))
    assert "XLG per year" in "\n".join(lines("items", "country=./tests/fixtures/lagoon"))


def test_a_word_looks_through_everything_whatever_its_case() -> None:
    found = "\n".join(lines("YEN"))
    assert "weak_yen" in found
    assert "A51" in found
    assert lines("levers", "nothing_of_the_kind") == ["None of the levers holds 'nothing_of_the_kind'."]


def test_closed_numbers_are_not_listed_as_addresses() -> None:
    found = "\n".join(lines("addresses"))
    assert "drivers.income_ratio[region]" in found
    assert "posts[stage, tier, field]" in found
    assert "parameters.home_origin (world files alone)" in found
    assert "parameters.beta" not in found
    assert "stocks.abroad_home" not in found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("polices",), "no list named 'polices': did you mean policies"),
        (("what", "ever"), "There is no list named 'what': known: "),
        (("levers", "scale=1"), "list takes country= and library=, not scale="),
        (("levers", "country=japn"), "did you mean japan"),
        (("library=./nowhere",), "there is no folder"),
    ],
)
def test_a_wrong_list_is_explained(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises((InputError, ValueError), match=words):
        lines(*arguments)
