"""`experiment=validate` as it is typed: its files, what it prints, and what it refuses."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.errors import RunError
from experiments.request.build import Build
from experiments.run.checkpoint import Checkpoint
from experiments.run.executors import Serial
from experiments.validation import simulate, tables
from experiments.validation.figures import SHEETS
from experiments.validation.panel import CareerPanel
from experiments.validation.study import FILES, ValidationSettings
from sim import BrainCirculation, Parameters
from sim.vocabulary import HOME

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-W", "error", "-m", "experiments"]


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, timeout=300, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip


def ensemble(path: Path, members: int) -> Path:
    """So many parameter sets around the defaults, the first as heavy as all others."""
    beta = Parameters.load().beta
    weights = [0.5] + [0.5 / (members - 1)] * (members - 1)
    table = pd.DataFrame({"member": range(10, 10 + members), "weight": weights})
    table.assign(beta=[beta * (1 + 0.1 * number) for number in range(members)]).to_csv(path, index=False)
    return path


def test_a_validation_writes_its_files_prints_its_tables_and_is_read_back(tmp_path: Path) -> None:
    path = ensemble(tmp_path / "sets.csv", 3)
    asked = ["experiment=validate", "scale=0.02", "validate.seeds=2", f"parameters.ensemble={path}"]
    first = command(*asked, f"validate.early={path}", "workers=2", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    (folder,) = (tmp_path / "results").iterdir()  # and no pieces
    assert folder.name.startswith("validate-")
    figures = {*(f"{name}.png" for name in SHEETS), "moments.png", "skill.png"}
    assert {one.name for one in (folder / "figures").iterdir()} == figures
    others = {"runs.parquet", "early-2011.parquet", "manifest.json", "summary.md", "figures"}
    assert {one.name for one in folder.iterdir()} == {*FILES, *others}

    for said in ("Fitted (to 2015)", "Kept back", "outflow_US", "3 parameter sets x 2 seeds", "Core fitted moments"):
        assert said in first.stdout
    fit = tables.FIT.validate(pd.read_csv(folder / "fit.csv", dtype={"years": str}))
    simulated = fit.set_index("moment")["simulated"]
    assert simulated[simulated.isna()].index.tolist() == ["research_time"]  # an input that no office reports
    held = tables.COVERAGE.validate(pd.read_csv(folder / "coverage.csv")).set_index("part")
    series = pd.read_csv(folder / "series.csv")
    assert held.loc["all", "count"] == series["counted"].sum()
    assert held.loc["all", "observation"] == series.loc[series["counted"], "observation_covered"].astype(bool).mean()
    assert held.loc["all", "observation_width"] > held.loc["all", "model_width"]
    assert "wide by construction" in first.stdout
    patterns = pd.read_csv(folder / "patterns.csv")
    assert (patterns["runs"] > 0).all()
    skill = pd.read_csv(folder / "skill.csv")
    tested = skill[skill["sample"] != "out of sample 2010-2013"]
    assert (tested["ratio"] > 0).all()
    errors = tested[~tested["error"].str.startswith("interval score")]
    assert (errors["low"] <= errors["high"]).all()
    assert set(pd.read_csv(folder / "tests.csv")["sample"]) == {"out of sample 2012-2015", "all origins"}
    table = pd.read_parquet(folder / "runs.parquet")
    assert set(table["member"]) == {10, 11, 12}
    assert table["year"].max() == 2021
    assert pd.read_parquet(folder / "early-2011.parquet")["year"].max() == 2015
    page = (folder / "summary.md").read_text(encoding="utf-8")
    assert "The bar is held against the band of the model." in page
    assert page.index("Where it does not") < page.index("Where it does\n")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["failed"] == {}
    assert manifest["config"]["validate"]["seeds"] == 2

    before = (folder / "manifest.json").stat().st_mtime_ns
    again = command(*asked, f"validate.early={path}", "workers=1", cwd=tmp_path)
    assert again.stdout == first.stdout.replace("Written to", "Read back from")
    assert (folder / "manifest.json").stat().st_mtime_ns == before


def test_without_an_early_ensemble_it_says_what_is_skipped(tmp_path: Path) -> None:
    asked = ["experiment=validate", "scale=0.005", "validate.seeds=2", "validate.until=2019", "parameters=point"]
    done = command(*asked, "workers=1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Out of sample 2010-2013: skipped" in done.stdout
    assert "Out of sample 2012-2015: skipped, no ensemble of a fit to 2011 was given" in done.stdout
    (folder,) = (tmp_path / "results").iterdir()
    skill = pd.read_csv(folder / "skill.csv").set_index("sample")
    assert skill.loc["out of sample 2012-2015", "ratio"].isna().all()
    assert skill.loc["in sample 2010-2015", "ratio"].notna().all()
    assert "was not tested" in (folder / "summary.md").read_text(encoding="utf-8")
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["verdict"]["missing"]  # 2020 and 2021


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["experiment=validate", "validate.seeds=0"], "validate.seeds: input should be greater than or equal to 1"),
        (["experiment=validate", "validate.until=2010"], "validate.until: input should be greater than"),
        (["experiment=validate", "validate.until=2100"], "validate.until: the world has data to"),
        (["experiment=validate", "validate.early=nowhere.csv"], "The data file nowhere.csv is missing"),
        (["experiment=validate", "validate.early.2009=nowhere.csv"], "The data file nowhere.csv is missing"),
        (
            ["experiment=validate", "validate.early.2010=a.csv"],
            "did you mean validate.early.2011 or validate.early.2009",
        ),
        (
            ["experiment=validate", "parameters.ensemble=nowhere.csv"],
            "The data file nowhere.csv is missing; check the path",
        ),
        (["experiment=calibrate", "calibrate.stop=2019"], "calibrate.stop: "),
        (["experiment=calibrate", "parameters.ensemble=mine.csv"], "search the parameters themselves"),
        (["experiment=recover", "parameters.ensemble=mine.csv"], "search the parameters themselves"),
    ],
)
def test_a_wrong_request_is_one_sentence(arguments: list[str], words: str, tmp_path: Path) -> None:
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_word_misspelt_in_what_was_observed_is_said_before_anything_is_simulated(tmp_path: Path) -> None:
    home = tmp_path / "mine"
    shutil.copytree(ROOT / "sim" / "countries" / "japan", home)
    for name, right, wrong in (
        ("series", "scholar_outflow,", "scholar_outfow,"),
        ("structural", "symmetry,", "symetry,"),
    ):
        path = home / "targets" / f"{name}.csv"
        whole = path.read_text(encoding="utf-8")
        path.write_text(whole.replace(right, wrong, 1), encoding="utf-8")
        done = command("experiment=validate", "country=./mine", "workers=1", cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("\n") == 1
        assert f"{name}.csv line" in done.stderr
        assert f"did you mean '{right[:-1]}'?" in done.stderr
        assert not (tmp_path / "results").exists()
        path.write_text(whole, encoding="utf-8")


def test_early_ensembles_are_given_by_origin_and_a_path_alone_is_of_the_latest() -> None:
    size = {"seeds": 1, "until": 2021}
    assert ValidationSettings.model_validate({**size, "early": None}).early == {}
    assert ValidationSettings.model_validate({**size, "early": "a.csv"}).early == {2011: Path("a.csv")}
    both = {"2009": "a.csv", "2011": None}
    assert ValidationSettings.model_validate({**size, "early": both}).early == {2009: Path("a.csv")}
    with pytest.raises(ValueError, match="no forecast begins after 2010; take 2009 or 2011"):
        ValidationSettings.model_validate({**size, "early": {"2010": "a.csv"}})


def test_finished_runs_are_not_run_again_and_failed_ones_leave_the_others(tmp_path: Path) -> None:
    build = Build(None, (), 0.005, str(ensemble(tmp_path / "sets.csv", 2)))
    todo = simulate.tasks("main", build, seed=1, seeds=2, until=2016)
    assert len({task.root for task in todo}) == 4
    pieces = Checkpoint(tmp_path / "pieces")
    broken = [*todo[:3], simulate.MemberRun("main", build, 11, 1, 5, until=1990)]
    found = simulate.run(broken, pieces, Serial(), progress=False)
    assert list(found.failed) == ["main-00011-001"]
    assert found.weights.tolist() == [0.5, 0.5]
    times = {path.name: path.stat().st_mtime_ns for path in pieces.folder.iterdir()}
    again = simulate.run(broken, pieces, Serial(), progress=False)
    pd.testing.assert_frame_equal(again.table, found.table)
    assert {path.name: path.stat().st_mtime_ns for path in pieces.folder.iterdir()} == times
    with pytest.raises(RunError, match=r"None of the 1 runs finished"):
        simulate.run(broken[3:], pieces, Serial(), progress=False)


def test_lives_are_where_the_model_says_people_are() -> None:
    model = BrainCirculation(seed=3, scale=0.005, observed=True)
    lives = CareerPanel.watched(model, 2010)
    assert lives.last == model.year == 2010
    other = BrainCirculation(seed=3, scale=0.005, observed=True).run_through(2010)
    pd.testing.assert_frame_equal(model.observations(), other.observations())  # being watched changes nothing
    last = lives.panel[lives.panel["year"] == 2010].set_index("identity")
    rows = other.people.rows(last.index.to_numpy())
    assert (rows >= 0).all()
    assert (last["place"].to_numpy() == other.people.region[rows]).all()
    kept = other.people.post_kept[rows]
    assert kept.any()
    assert (last["seat"].to_numpy() == np.where(kept, HOME, other.people.region[rows])).all()
    now, then = lives.steps()
    person, year = (lives.panel[name].to_numpy() for name in ("identity", "year"))
    assert (person[now] == person[then]).all()
    assert (year[then] == year[now] + 1).all()
