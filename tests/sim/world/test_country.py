"""A country is a folder: all of it switches together, it travels with the package, and nothing else is read."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from sim import BrainCirculation, Country, DataError, Ensemble, Parameters, World
from sim.world.country import default, shipped

ROOT = Path(__file__).parents[3]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the default country, to be changed."""
    return Path(shutil.copytree(str(Country.load().root), tmp_path / "mine"))


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_default_is_named_in_one_line() -> None:
    line = yaml.safe_load((ROOT / "sim" / "countries" / "default.yaml").read_text(encoding="utf-8"))
    assert line == {"country": default()}
    assert default() in shipped()
    assert World.load().country == Country.load(default())


def test_everything_of_a_folder_switches_together(mine: Path) -> None:
    replaced(mine / "stocks.csv", "75365", "75366")
    shipped_beta = Parameters.load().beta
    replaced(mine / "parameters.csv", f"one scale for all moves),{shipped_beta:g},", "one scale for all moves),2.5,")
    (mine / "ensemble.csv").write_text("member,weight,pessimism\n7,1,0.5\n", encoding="utf-8")
    replaced(mine / "targets" / "series.csv", ",2008,3168,", ",2008,3169,")
    replaced(mine / "country.yaml", "title: Japan", "title: Mine")
    world = World.load(mine)
    assert world.stocks.value("doctoral", stage="doctoral") == 75366
    assert world.country.about.title == "Mine"
    assert "3169" in world.country.targets("series").read_text(encoding="utf-8")
    assert Parameters.load(mine).beta == 2.5
    drawn = Ensemble.load(country=mine)
    assert (list(drawn.weights), drawn.parameters(7).beta, drawn.parameters(7).pessimism) == ([7], 2.5, 0.5)
    model = BrainCirculation(country=mine, scale=0.001)
    assert (model.parameters.beta, model.world.country.root) == (2.5, mine)
    assert BrainCirculation(world, scale=0.001).parameters.beta == 2.5
    assert (Parameters.load().beta, len(Ensemble.load()) > 1) == (shipped_beta, True)


def test_a_world_and_a_country_at_once_are_refused(world: World, mine: Path) -> None:
    with pytest.raises(ValueError, match="either a world or a country"):
        BrainCirculation(world, country=mine)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ensembel.csv", r"holds ensembel\.csv, which nothing reads: remove it; did you mean ensemble\.csv\?"),
        ("policies", "holds policies, which nothing reads"),
        ("targets/moment.csv", r"holds targets/moment\.csv, which nothing reads: .* did you mean moments\.csv\?"),
    ],
)
def test_a_file_that_nothing_reads_is_refused_by_name(mine: Path, name: str, sentence: str) -> None:
    (mine / name).write_text("x", encoding="utf-8")
    for load in (World.load, Parameters.load, lambda country: Ensemble.load(country=country)):
        with pytest.raises(DataError, match=sentence):
            load(mine)


@pytest.mark.parametrize(
    ("country", "sentence"),
    [
        ("japn", r"no country named 'japn': did you mean japan\?"),
        ("atlantis", "no country named 'atlantis': known: japan"),
        ("mine", r"A folder needs its path, such as \./mine"),
        ("./nowhere", r"no folder \./nowhere"),
        (Path("nowhere"), "no folder nowhere"),
    ],
)
def test_what_is_no_country_is_refused(country: str | Path, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        World.load(country)


def test_what_a_folder_lacks_is_named(mine: Path) -> None:
    (mine / "ensemble.csv").unlink()
    shutil.rmtree(mine / "targets")
    assert World.load(mine).fingerprint == World.load().fingerprint
    with pytest.raises(DataError, match=r"no ensemble\.csv: take parameters=point"):
        Ensemble.load(country=mine)
    with pytest.raises(DataError, match=r"no targets/moments\.csv"):
        Country.load(mine).targets("moments")
    replaced(mine / "parameters.csv", "\npessimism,", "\npesimism,")
    with pytest.raises(DataError, match="has no pessimism"):
        Parameters.load(mine)
    (mine / "parameters.csv").unlink()
    with pytest.raises(DataError, match=r"lacks parameters\.csv; add the file"):
        World.load(mine)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title: Japan\n", "", "has no title"),
        ("title: Japan\n", "title: 5\n", "title must be text, not 5"),
        ("currency: JPY", "currency: yen", "the currency 'yen' is no code such as USD"),
        ("- {name: TWN,", "- {name: all,", "regions: 'all' is a group of people in every table; choose another name"),
        ("- {name: TWN,", "- {name: fellowship,", "'fellowship' is a group"),
        ("- {name: health,", "- {name: home_origin,", "fields: 'home_origin' is a group"),
        ("- {name: public institute,", "- {name: faculty,", "tiers: 'faculty' is a group"),
        ("title: Taiwan,", "title: Korea,", "regions: the title 'Korea' is given twice; change one"),
        ("title_home: 工学", "title_home: 理学", "fields: the title_home '理学' is given twice"),
        ("title:", "titel: x\ntitle:", "unknown key 'titel'"),
        ("title: Japan", "title: [", r"country.yaml line \d+: "),
    ],
)
def test_what_a_country_says_of_itself_is_checked(mine: Path, old: str, new: str, sentence: str) -> None:
    replaced(mine / "country.yaml", old, new)
    with pytest.raises(DataError, match=sentence):
        World.load(mine)


def test_a_wheel_holds_the_country_and_it_is_read_from_there(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT / "sim", source / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    read = (
        "from sim import Country, Ensemble, Parameters, World; import sim; "
        "print(sim.__file__, World.load().fingerprint, len(Ensemble.load()), Parameters.load().beta, "
        "Country.load().targets('series').is_file())"
    )
    for place in (tmp_path / "installed", wheel):  # a zipped package is read too
        done = subprocess.run(
            [sys.executable, "-c", read], env={"PYTHONPATH": str(place)}, cwd=tmp_path, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        file, mark, sets, beta, observed = done.stdout.split()
        assert file.startswith(str(place))
        assert (mark, int(sets)) == (World.load().fingerprint, len(Ensemble.load()))
        assert (float(beta), observed) == (Parameters.load().beta, "True")
