"""A sweep is many what-ifs on one history: the same numbers, one table, failures as rows."""

import re
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import compare, sweep
from experiments.errors import InputError, RunError
from experiments.report import letters, page, screen, sweep_answer, sweep_figures
from experiments.request.design import Point, point_table, runnable
from experiments.request.settings import Settings
from experiments.run import replicates, simulation
from experiments.run import sweep as sweeping
from experiments.run.checkpoint import Checkpoint
from experiments.run.executors import Processes, Serial
from experiments.run.study import carry_out
from experiments.run.sweep import Sweep
from tests.experiments.request.test_settings import asked

SMALL = {"scale": 0.003, "replicates": 2, "until": 2028, "windows": [1, 3]}
WEIGHT, PLACES = "hiring.overseas_weight", "programmes.overseas_fellowship.places"


def small(*overrides: str) -> dict[str, object]:
    given = {override.partition("=")[0] for override in overrides}
    return asked(*(f"{name}={value}" for name, value in SMALL.items() if name not in given), *overrides)


def points(*lines: str) -> list[Point]:
    return [Point.of(number, {"policy": line}, small(*line.split())) for number, line in enumerate(lines)]


@dataclass(frozen=True)
class Done:
    points: pd.DataFrame
    outcomes: pd.DataFrame
    effects: pd.DataFrame


def computed(wanted: list[Point], folder: Path, executor: Executor | None = None) -> Done:
    points, parts = Sweep.of(wanted, executor or Serial(), progress=False).simulated(Checkpoint(folder))
    done = list(parts)
    outcomes, effects = (
        pd.concat([getattr(part, name) for part in done], ignore_index=True) for name in ("outcomes", "effects")
    )
    return Done(points, outcomes, effects)


@pytest.fixture(scope="module")
def grid() -> pd.DataFrame:
    return sweep({WEIGHT: [0, 1], PLACES: [200, 800]}, executor="serial", progress=False, **SMALL).effects


def test_a_point_of_a_sweep_has_the_numbers_of_the_what_if(grid: pd.DataFrame) -> None:
    chosen = {WEIGHT: 1.0, PLACES: 800.0}
    alone = compare(levers=chosen, executor="serial", progress=False, **SMALL).effects
    point = grid[(grid[f"levers.{WEIGHT}"] == 1) & (grid[f"levers.{PLACES}"] == 800)]
    columns = list(alone.columns.drop(["policy", "against"]))
    assert_frame_equal(point[columns].reset_index(drop=True), alone[columns], check_exact=True)


def test_every_combination_is_a_point(grid: pd.DataFrame) -> None:
    found = grid[["point", f"levers.{WEIGHT}", f"levers.{PLACES}"]].drop_duplicates()
    assert found.to_numpy().tolist() == [[0, 0, 200], [1, 0, 800], [2, 1, 200], [3, 1, 800]]


def test_workers_and_the_size_of_tasks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = points(
        "policy=overseas_weight", "policy=package", "policy=package seed=2", "policy=baseline against=package"
    )
    alone = computed(wanted, tmp_path / "a")
    monkeypatch.setattr(simulation, "TOGETHER", 1)
    monkeypatch.setattr(sweeping, "TOGETHER", 3)
    with Processes(2) as pool:
        apart = computed(wanted, tmp_path / "b", pool)
    assert_frame_equal(alone.outcomes, apart.outcomes, check_exact=True)
    assert_frame_equal(alone.effects, apart.effects, check_exact=True)


def test_the_history_of_a_replicate_is_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "TOGETHER", 1)
    made: list[int] = []
    true = replicates.history
    monkeypatch.setattr(
        replicates, "history", lambda plan, seed, member: (made.append(seed), true(plan, seed, member))[1]
    )
    monkeypatch.setattr(replicates, "_memory", type("Empty", (), {})())
    computed(points("policy=overseas_weight", "policy=package", "policy=doctoral_stipends"), tmp_path)
    assert len(made) == len(set(made)) == SMALL["replicates"]


def test_a_policy_is_swept_over_worlds_and_a_shock_shows_its_own_effect(tmp_path: Path) -> None:
    wanted = points(
        "policy=overseas_weight",
        "policy=overseas_weight world=closed_borders",
        "policy=closed_borders",
        "policy=[closed_borders,overseas_weight] against=closed_borders",
    )
    found = computed(wanted, tmp_path).outcomes.set_index(["point", "outcome", "group", "year", "replicate"])
    reference = found["reference"].xs(("departures", "all", 2028), level=("outcome", "group", "year"))
    value = found["value"].xs(("departures", "all", 2028), level=("outcome", "group", "year"))
    assert (reference[1] < reference[0]).all()  # borders are closed on both sides in 2028
    assert (value[2] < reference[2]).all()
    assert reference[1].tolist() == reference[3].tolist() == value[2].tolist()
    assert value[1].tolist() == value[3].tolist()


def test_what_starts_before_the_fork_runs_beside_what_starts_after_it(tmp_path: Path) -> None:
    file = tmp_path / "early.yaml"
    file.write_text(
        "{name: early, title: e, title_ja: e, source: s, grade: A, start: 2023, changes: "
        '[{address: "posts[tenure-track]", add: 5000, source: s, grade: A}]}'
    )
    wanted = points(f"policy={file}", "policy=overseas_weight", f"policy=overseas_weight against={file}")
    found = computed(wanted, tmp_path / "pieces")
    assert list(found.points["status"]) == ["done"] * 3
    assert found.outcomes["year"].min() == 2026
    outcomes = found.outcomes.set_index(["point", "outcome", "group", "year", "replicate"])
    hires = outcomes.xs(("faculty", "all", 2026), level=("outcome", "group", "year"))
    assert (hires.loc[0, "value"] > hires.loc[0, "reference"] + 1000).all()  # posts of three years, and not of one
    assert hires.loc[2, "reference"].tolist() == hires.loc[0, "value"].tolist()


def test_a_point_that_cannot_be_is_a_row_with_its_reason(tmp_path: Path) -> None:
    wanted = points("policy=overseas_weight", "policy=oversea_weight", f"levers.{WEIGHT}=5")
    swept = computed(wanted, tmp_path)
    assert list(swept.points["status"]) == ["done", "failed", "failed"]
    assert "did you mean overseas_weight" in swept.points["reason"][1]
    assert "outside -0.5 to 2" in swept.points["reason"][2]
    assert set(swept.effects["point"]) == {0}


def test_a_point_that_breaks_while_it_runs_is_a_row_and_the_others_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = points("policy=overseas_weight", "policy=package")
    whole = computed(wanted[:1], tmp_path / "whole")
    from sim import BrainCirculation

    step = BrainCirculation.step

    def breaks(model: BrainCirculation) -> None:
        if len(model.policies) > 1 and model.year == 2027:
            raise ArithmeticError("no such year")
        step(model)

    monkeypatch.setattr(BrainCirculation, "step", breaks)
    monkeypatch.setattr(replicates, "_memory", type("Empty", (), {})())
    swept = computed(wanted, tmp_path / "broken")
    assert list(swept.points["reason"]) == ["", "ArithmeticError: no such year"]
    assert_frame_equal(swept.effects, whole.effects, check_exact=True)
    with pytest.raises(RunError, match="Every point failed; the first with ArithmeticError"):
        computed(wanted[1:], tmp_path / "all")


def test_a_swept_parameter_moves_every_parameter_set_and_the_sets_stay_the_same(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("member,weight,beta,pessimism\n1,0.5,1.0,0.6\n2,0.5,2.0,0.8\n")
    line = f"policy=package parameters.ensemble={file} replicates=4 sets=2 parameters.overrides.beta="
    todo = list(simulation.tasks(runnable(points(f"{line}1.5", f"{line}2.5")), paired=True))
    assert {task.plan.members for task in todo} == {(1, 1, 2, 2)}
    found = {task.plan.build.inputs(task.plan.member(task.number))[1] for task in todo}
    values = {(parameters.beta, parameters.pessimism) for parameters in found}
    assert values == {(1.5, 0.6), (1.5, 0.8), (2.5, 0.6), (2.5, 0.8)}


def test_a_sweep_of_nothing_but_wrong_points_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean overseas_weight"):
        runnable(points("policy=oversea_weight", "policy=pakage"))
    with pytest.raises(InputError, match="one arm a point"):
        runnable([Point.of(0, {}, small())])


def test_a_stored_sweep_is_whole_read_back_and_leaves_no_pieces(tmp_path: Path) -> None:
    lines = [
        f"levers.{WEIGHT}={weight} levers.{PLACES}={places} executor=serial"
        for weight in (0, 1)
        for places in (200, 800)
    ]
    wanted = [
        Point.of(
            n,
            {f"levers.{WEIGHT}": n // 2 + 0.0, f"levers.{PLACES}": 200.0 + 600 * (n % 2)},
            small(*line.split(), f"output={tmp_path}"),
        )
        for n, line in enumerate(lines)
    ]
    study = Sweep.of(wanted, progress=False)
    done = carry_out(study, "brain-circulation -m ...")
    result = done.result
    assert not done.reused
    assert [path.name for path in tmp_path.iterdir()] == [result.folder.name]
    assert result.folder.name.startswith("whatif-sweep-")
    names = {"outcomes.parquet", "effects.csv", "points.csv", "manifest.json", "summary.md", "figures"}
    names |= {"report.html"}
    assert {path.name for path in result.folder.iterdir()} == names
    assert {path.name for path in (result.folder / "figures").iterdir()} >= {"response-cost.png", "surface-cost.png"}
    again = carry_out(study, "brain-circulation -m ...")
    assert again.reused
    assert_frame_equal(again.result.effects, result.effects, check_exact=True)
    outcomes = result.outcomes
    assert {"run", "point", "policy", "against", "replicate", "member", "value", "reference", "unit"} <= set(
        outcomes.columns
    )
    assert outcomes.groupby("point")["replicate"].nunique().tolist() == [2, 2, 2, 2]


def points_of_grid() -> Settings:
    return runnable(points("policy=package"))[0][1].settings


@pytest.mark.parametrize(
    ("swept", "expected"),
    [
        (["policy"], {"effects"}),
        (["policy", "a"], {"response"}),
        (["a", "b"], {"response", "surface"}),
        (["a", "b", "policy"], {"response", "surface-1", "surface-2"}),
    ],
)
def test_figures_suit_what_is_swept(grid: pd.DataFrame, swept: list[str], expected: set[str], tmp_path: Path) -> None:
    table = grid.rename(columns={f"levers.{WEIGHT}": "a", f"levers.{PLACES}": "b"})
    if swept[-1] == "policy":
        table = pd.concat([table, table.assign(policy="other", point=table["point"] + 4)], ignore_index=True)
    if swept == ["policy"]:
        table = table[table["point"].isin([0, 4])]
    if "b" not in swept:
        table = table[table["b"] == 200]
    with mpl.rc_context():
        points = table.drop_duplicates("point").assign(status="done", reason="")
        answer = sweep_answer.SweepAnswer(points_of_grid(), table, points, swept, {})
        drawn = page.drawn(partial(sweep_figures.in_language, answer), "en", tmp_path)
    assert set(drawn) == {f"{kind}-{outcome}" for kind in expected for outcome in answer.shown}
    assert {path.stem for path in tmp_path.iterdir()} == set(drawn)


def test_the_summary_counts_points_and_names_the_failed(tmp_path: Path) -> None:
    wanted = points("policy=overseas_weight", "policy=nothing_known")
    swept = computed(wanted, tmp_path)
    study = Sweep.of(wanted, progress=False)
    answer = study.answer(swept.effects, swept.points)
    text = sweep_answer.summary(answer, "again", answer.words("en"))
    assert "2 points over policies" in text
    assert "- policy=nothing_known: There is no policy named 'nothing_known'" in text
    counted = re.findall(r"; of 1 points (.+)\.", text)
    assert counted
    assert all(re.fullmatch(r"1 (higher|lower|probably|open or too small to matter)", said) for said in counted)
    for code in ("en", "ja"):
        words = answer.words(code)
        for said in (sweep_answer.screen(answer, words), sweep_answer.full(answer, words)):
            assert "nothing_known" in said
        lines = sweep_answer.screen(answer, words).splitlines()
        assert len(lines) <= screen.LINES
        assert max(map(letters.width, lines)) <= screen.COLUMNS


def test_a_table_of_points_has_a_row_each() -> None:
    table = point_table(points("policy=package", "policy=nothing_known"), {0: "ValueError: odd"})
    assert table[["point", "status"]].to_numpy().tolist() == [[0, "failed"], [1, "failed"]]


def test_the_name_of_a_lever_is_never_broken_within_a_word() -> None:
    label = "programmes.doctoral_support.places, places/yr"
    lines = sweep_figures._broken(label).split("\n")
    assert len(lines) > 1
    assert all(line.endswith((".", ",")) or line == lines[-1] for line in lines)
    assert "".join(lines).replace(" ", "") == label.replace(" ", "")
