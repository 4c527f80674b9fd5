"""What an answer leans on: tests that move the same lever are direct, their like similar, all else context."""

from __future__ import annotations

import re
from math import isnan
from typing import TYPE_CHECKING, Any

import pytest

from experiments.replication.catalogue import EXPERIMENTS
from experiments.replication.estimators.estimates import Estimate
from experiments.replication.studies.tax_break import TAX_BREAK
from experiments.replication.table import table_of
from experiments.replication.targets import expected
from experiments.report.language import Words, languages, titles
from experiments.report.record_table import Record
from experiments.report.track_record import leaning, repeated
from experiments.request.comparison import arm
from experiments.responses.shocks import read_shocks
from sim import World
from sim.instruments.levers import catalogue
from sim.world.addresses import Address
from sim.world.timeline import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kept results in which every study stands, none with an estimate."""
    folder, known = tmp_path_factory.mktemp("kept"), expected()
    (folder / "quasi").mkdir()
    nothing = dict.fromkeys(known, Estimate.unknown("not run"))
    table_of(list(EXPERIMENTS.values()), nothing, known, 1).to_csv(folder / "quasi" / "quasi.csv", index=False)
    return folder


@pytest.mark.parametrize(
    ("policy", "test", "nearness"),
    [
        ("fellowships_doubled", "F5", "direct"),  # its shock doubles the same places
        ("fellowships_doubled", "F6", "similar"),  # moves the income of the same fellowship
        ("fellowships_doubled", "D1", "context"),
        ("weak_yen", "Y1", "direct"),  # a number of the world, by its address
        ("weak_yen", "C3", "context"),  # another number of the same table is not its like
        ("us_push_2025", "C3", "direct"),
    ],
)
def test_rows_of_the_response_card(policy: str, test: str, nearness: str, world: World) -> None:
    near = {one.row: one.nearness for one in leaning(arm((policy,)), world.country)}
    assert near[test] == nearness


@pytest.mark.parametrize(
    ("policy", "study", "nearness"),
    [
        ("fellowships_doubled", "Q1", "direct"),
        ("fellowships_doubled", "Q7", "similar"),  # the guarantee of the same fellowship
        ("fellowships_doubled", "Q5", "context"),
        ("return_guarantee", "Q7", "direct"),
        ("j_rise", "Q8", "context"),
        ("us_push_2025", "Q8", "direct"),  # hosts keep fewer: the visas that end
        ("doctoral_stipends", "Q1", "context"),
        ("doctoral_stipends", "Q12", "direct"),
        ("return_grants", "Q10", "context"),  # posts, and no break for everybody who comes back
        ("aspire", "Q11", "similar"),  # joint projects, which bring research money too
    ],
)
def test_repeated_studies(policy: str, study: str, nearness: str, world: World, kept: Path) -> None:
    near = {one.row: one.nearness for one in repeated(arm((policy,)), world, kept)}
    assert set(near) == set(EXPERIMENTS)
    assert near[study] == nearness


def test_a_tax_break_for_returnees_leans_on_that_of_malaysia(world: World, kept: Path) -> None:
    near = {one.row: one.nearness for one in repeated(arm((TAX_BREAK,)), world, kept)}
    assert [name for name, nearness in near.items() if nearness == "direct"] == ["Q10"]


def test_every_estimand_has_a_verdict_beside_what_was_published(world: World) -> None:
    for one in repeated(arm(("package",)), world):
        assert one.verdict in {"inside", "outside", "sign_right", "sign_open", "sign_wrong", "none"}
        assert one.sign in {"+", "-", "0"}
        assert isnan(one.published[0]) == isnan(one.published[1])
        assert one.source


def test_studies_name_levers_and_numbers_that_are_there(world: World) -> None:
    for name in (name for study in EXPERIMENTS.values() for name in study.levers):
        assert name in catalogue(world) or find(world, Address.parse(name)).rows


def test_every_test_is_called_otherwise_than_the_others_in_both_languages(world: World) -> None:
    record = Record([arm(("fellowships_doubled",))], world)
    latin = re.compile("[A-Za-z_]{3,}")
    for code in languages():
        words = Words.of(code, world)
        named = [(row[0], row[1]) for row in [*record.near(words), *record.context(words)]]
        assert len(named) > len(EXPERIMENTS)
        assert len(set(named)) == len(named)
        if code == "ja":
            assert not [name for _, name in named if latin.search(name)]
        else:
            assert not [name for _, name in named if "_" in name]


def test_all_that_a_test_may_be_called_by_has_its_words() -> None:
    """Of every shock and study of the code, not of those alone whose results are kept."""
    known = titles("tests")
    shocks = {shock.title for shock in read_shocks(World.load().country.targets("shocks")).values()}
    assert set(known["titles"]) == shocks | {study.title for study in EXPERIMENTS.values()}
    estimands = {name for study in EXPERIMENTS.values() for name in study.estimands}
    assert set(known["estimands"]) == estimands
    assert all(set(one) == set(languages()) for part in known.values() for one in _named(part))


def _named(part: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """What is called something in both languages in a part of the file."""
    if set(part) == set(languages()):
        yield part
    else:
        yield from (one for one in part.values() if not isinstance(one, str))
