"""Every number has a unit, a source and a grade, and damaged files are refused in one sentence."""

from __future__ import annotations

import csv
import pickle
import shutil
from pathlib import Path

import pytest

from sim import DataError, Parameters, World
from sim.world.country import ENSEMBLE, Country
from sim.world.tables import GRADES, Tidy

SHIPPED = Path(str(Country.load().root))

FILES = sorted(path for path in SHIPPED.glob("*.csv") if path.name != ENSEMBLE)  # results carry no source a number
RULES = "plausible"  # ranges of common sense: a reason each, and no source
TARGETS = sorted(path for path in (SHIPPED / "targets").glob("*.csv") if path.stem != RULES)

REGIONS = ("US", "UK_EU", "CHN", "KOR", "TWN", "IND", "ASEAN", "OTHER")
STATISTICS = {
    "dispatch_over_30_days": ("persons/FY", ("all",)),
    "dispatch_over_1_year": ("persons/FY", ("all",)),
    "acceptance_over_30_days": ("persons/FY", ("all",)),
    "scholar_outflow": ("published scholars/yr", ("all", *REGIONS)),
    "scholar_inflow": ("published scholars/yr", ("all", *REGIONS)),
    "scholar_outmigration_rate": ("share/yr", ("all",)),
    "scholar_inmigration_rate": ("share/yr", ("all",)),
    "doctorates_abroad": ("persons/yr", ("US",)),
    "new_doctorates_abroad": ("share", ("all",)),
    "foreign_doctorates_here": ("share", ("0 years", "1 year", "3 years", "6 years")),
    "foreign_doctorates_placed": ("share", ("here", "employed here")),
    "foreign_doctorates_origin": ("share", REGIONS),
    "doctoral_students": ("persons", ("all", "working adult")),
    "doctoral_entrants": ("persons/yr", ("all", "foreign", "working adult", "from master")),
    "postdocs": ("persons", ("all",)),
    "postdoc_mean_age": ("years", ("all",)),
    "postdoc_to_lasting_post": ("share/yr", ("all",)),
    "foreign_share": ("share", ("doctoral", "postdoc", "faculty", "new doctorates")),
    "research_university_faculty": ("persons", ("permanent", "fixed-term", "tenure-track")),
    "fixed_term_share": ("share", ("research university",)),
    "under_40_share": ("share", ("research university",)),
    "fellows_in_post": ("share", ("0 years", "1 year", "5 years")),
    "fellowship_success_rate": ("share", ("all",)),
    "fellowship_applications": ("persons/yr", ("all",)),
    "fellows_after_award": ("share", ("post here", "post abroad", "postdoc", "elsewhere")),
    "teachers_by_age": ("share", ("under 40", "40-49", "50-59", "60 and over")),
    "teacher_hires_by_age": ("share", ("under 40", "40-49", "50-59", "60 and over")),
    "coauthored_share": ("share", ("all",)),
    "top10_share": ("share", ("all",)),
    "fellowship_awards": ("persons/yr", ("all",)),
    "return_hazard": ("share/yr", ("first five years",)),
    "papers": ("papers/yr", ("all",)),
    "top10_papers": ("papers/yr", ("all",)),
    "research_time": ("share of working time", ("all",)),  # an input, checked only
}
"""What the surveys report, with unit and groups: nothing else can be a target."""


@pytest.mark.parametrize("path", [*FILES, *TARGETS], ids=lambda path: path.stem)
def test_every_row_has_unit_source_and_grade(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for line, row in enumerate(rows, start=2):
        assert row["grade"] in GRADES, (path.name, line)
        assert len(row["source"].strip()) >= 7, (path.name, line)
        assert row["unit"].strip(), (path.name, line)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_held_and_assumed_values_are_graded_as_such(path: Path) -> None:
    if path.stem in ("parameters", "programmes"):
        pytest.skip("no years")
    for series, numbers in Tidy.read(path).numbers.items():
        for key, number in numbers.items():
            if key[0] and int(key[0]) > 2025:
                assert number.grade in ("A", "S"), (series, key)


def target_rows(name: str) -> list[dict[str, str]]:
    with (SHIPPED / "targets" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["series", "moments"])
def test_targets_are_statistics_that_a_survey_reports(name: str, world: World) -> None:
    assert set(REGIONS) == set(world.regions[1:])
    for row in target_rows(name):
        unit, groups = STATISTICS[row["statistic"]]
        assert row["group"] in groups, row
        assert row["unit"] == ("ratio" if row.get("reduction") in ("ratio", "growth") else unit), row


def test_nothing_after_2015_is_fitted() -> None:
    for row in target_rows("series"):
        assert 2008 <= int(row["year"]) <= 2026
        assert (row["use"] == "fit") == (int(row["year"]) <= 2015), row
    for row in target_rows("moments"):
        assert row["use"] in ("fit", "validate", "check"), row
        if row["use"] != "check":
            assert (row["use"] == "fit") == (int(row["last_year"]) <= 2015), row


def test_shares_are_shares() -> None:
    for row in target_rows("series"):
        if row["unit"].startswith("share"):
            assert 0 < float(row["value"]) < 1, row
    for row in target_rows("moments"):
        if row["unit"].startswith("share"):
            assert 0 < float(row["target"]) < 1, row


def test_targets_that_the_model_is_given_are_only_checked(world: World) -> None:
    given = {
        "fellowship_awards": [world.programmes[0].places_in(year) for year in range(2010, 2016)],
        "research_time": [world.driver("research_time", 2018)],
    }
    found = {row["statistic"]: row for row in target_rows("moments") if row["statistic"] in given}
    assert set(found) == set(given)
    for statistic, values in given.items():
        assert float(found[statistic]["target"]) == pytest.approx(sum(values) / len(values), rel=1e-4)
        assert found[statistic]["use"] == "check"


def test_drivers_cover_every_year(world: World) -> None:
    years = range(world.first_year, world.last_year + 1)
    for series, numbers in world.drivers.numbers.items():
        assert {int(key[0]) for key in numbers} == set(years), series


def test_defaults_lie_in_their_ranges_and_replace_checks_them() -> None:
    parameters = Parameters.load()
    for parameter in parameters.catalogue.values():
        assert parameter.low <= parameter.default <= parameter.high
    assert parameters.replace(beta=2.0).beta == 2.0
    assert parameters.beta == parameters.catalogue["beta"].default
    with pytest.raises(TypeError, match="item assignment"):
        parameters.catalogue["beta"] = parameters.catalogue["network"]  # type: ignore[index]
    first = parameters.moved({"beta": 1.0})
    assert parameters.moved({"beta": 1.0}) is first
    assert parameters.moved({"beta": parameters.beta}) is parameters
    for number in range(50):
        parameters.moved({"beta": 1.0 + number / 100})
    assert len(parameters._moved) < 10, "a sweep keeps no more than a few"
    again = pickle.loads(pickle.dumps(parameters.replace(beta=2.0)))  # noqa: S301  of our own making
    assert (again.beta, again.network) == (2.0, parameters.network)
    with pytest.raises(ValueError, match="did you mean 'beta'"):
        parameters.replace(betta=2.0)
    with pytest.raises(ValueError, match=r"outside its range 0\.6 to 4\.0"):
        parameters.replace(beta=40.0)
    with pytest.raises(AttributeError, match="did you mean 'pessimism'"):
        _ = parameters.pesimism


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "data"))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda text: text.replace(",V\n", ",\n", 1), "grade ''"),
        (lambda text: text.replace("series,", "serie,", 1), "must have the columns"),
        (lambda text: text[: len(text) // 2].rsplit("\n", 1)[0] + "\nexchange_rate,20", "damaged"),
        (lambda text: text.replace("103.391", "a hundred", 1), "is not a number"),
        (lambda text: text + text.splitlines()[5] + "\n", "given twice"),
        (lambda text: text.replace("JPY per USD", " ", 1), "no unit"),
    ],
)
def test_damaged_files_are_named_with_their_line(copy: Path, damage: object, sentence: str) -> None:
    path = copy / "drivers.csv"
    text = path.read_text(encoding="utf-8")
    broken = damage(text)  # type: ignore[operator]
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        World.load(copy)


def test_a_missing_file_and_a_missing_number_are_named(copy: Path) -> None:
    world = World.load(copy)
    with pytest.raises(DataError, match="did you mean 'exchange_rate'"):
        world.driver("exchange_rat", 2010)
    with pytest.raises(DataError, match="no value of 'exchange_rate'"):
        world.driver("exchange_rate", 1950)
    (copy / "posts.csv").unlink()
    with pytest.raises(DataError, match=r"lacks posts\.csv"):
        World.load(copy)


def test_the_fingerprint_follows_the_bytes(copy: Path) -> None:
    before = World.load(copy).fingerprint
    assert before == World.load().fingerprint
    target = copy / "targets" / "series.csv"
    target.write_text(target.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert World.load(copy).fingerprint == before  # what is only compared does not change the world
    path = copy / "stocks.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("75365", "75366"), encoding="utf-8")
    assert World.load(copy).fingerprint != before
