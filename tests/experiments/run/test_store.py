"""A result is there whole or not at all, and what leaves has passed its schema."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal
from pandera.errors import SchemaError

from experiments.analysis.effects import effects
from experiments.errors import InputError
from experiments.report import schema
from experiments.run.replicates import Plan
from experiments.run.store import SCHEMA, Result, Store, code_version, fingerprint, provenance
from tests.experiments.fake import FORK, UNTIL, Shift, fake, run

MANIFEST = {
    "seed": 1,
    "fingerprint": "f1",
    "budget": {"billions": 4.0, "doses": {"package": 0.5}},
    "variance_ratio": {"returns": float("inf")},
}


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    plan = Plan(fake, {"push": (Shift(40),)}, FORK, UNTIL, ((1, 5),))
    return run(plan, seed=1, replicates=3)


def picture(folder: Path) -> None:
    (folder / "figures" / "a.png").write_bytes(b"10 policies, and what each of them changes in 20 years")


def tables(outcomes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    checked = schema.OUTCOMES.validate(outcomes.assign(run="try-1")[list(schema.OUTCOMES.columns)])
    return {"outcomes.parquet": checked, "effects.csv": schema.EFFECTS.validate(effects(outcomes, FORK, [(1, 5)]))}


def saved(store: Store, outcomes: pd.DataFrame) -> Result:
    store.prepare()
    return store.write("try-1", tables(outcomes), MANIFEST, picture)


def found(store: Store) -> Result | None:
    return store.find("try-1", "f1")


def test_what_was_saved_is_read_back(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "results")
    assert found(store) is None
    saved(store, outcomes)
    back = found(store)
    assert back is not None
    assert_frame_equal(back.effects, tables(outcomes)["effects.csv"], check_exact=True)
    assert_frame_equal(back.outcomes, tables(outcomes)["outcomes.parquet"], check_exact=True)
    assert back.manifest["variance_ratio"] == {"returns": None}
    assert back.manifest["schema"] == SCHEMA
    assert pq.read_schema(back.folder / "outcomes.parquet").pandas_metadata["attributes"]["schema"] == SCHEMA
    assert set(back.manifest["files"]) == {"outcomes.parquet", "effects.csv", "figures/a.png"}
    assert (back.folder / "figures" / "a.png").is_file()
    assert [path.name for path in store.root.iterdir()] == ["try-1"]


def test_a_failure_while_writing_leaves_nothing(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    def full_disk(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    with pytest.raises(OSError, match="No space"):
        Store(tmp_path).write("try-1", tables(outcomes), MANIFEST, full_disk)
    assert list(tmp_path.iterdir()) == []


def set_aside(store: Store, capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence that is said as a damaged result is set aside."""
    assert found(store) is None
    store.set_aside("try-1", "f1")
    said = capsys.readouterr().err
    assert "set aside as try-1.damaged-1 and is made again" in said
    assert said.count("\n") == 1
    return said


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def one_digit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))


@pytest.mark.parametrize("damage", [cut, emptied, one_digit, Path.unlink])
@pytest.mark.parametrize("file", ["manifest.json", "effects.csv", "outcomes.parquet", "figures/a.png"])
def test_a_result_that_was_damaged_is_set_aside_with_a_sentence_and_made_again(
    outcomes: pd.DataFrame,
    tmp_path: Path,
    file: str,
    damage: Callable[[Path], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store(tmp_path)
    saved(store, outcomes)
    damage(tmp_path / "try-1" / file)
    said = set_aside(store, capsys)
    assert Path(file).name in said
    saved(store, outcomes)
    assert found(store) is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["try-1", "try-1.damaged-1"]


def without_budget(manifest: dict[str, Any]) -> None:
    del manifest["budget"]


def another_dose(manifest: dict[str, Any]) -> None:
    manifest["budget"]["doses"]["package"] = 0.25


def another_seed(manifest: dict[str, Any]) -> None:
    manifest["seed"] = 2


def a_file_less(manifest: dict[str, Any]) -> None:
    del manifest["files"]["effects.csv"]


def no_checksum(manifest: dict[str, Any]) -> None:
    del manifest["checksum"]


@pytest.mark.parametrize("change", [without_budget, another_dose, another_seed, a_file_less, no_checksum])
def test_whatever_is_changed_in_a_manifest_is_noticed(
    outcomes: pd.DataFrame,
    tmp_path: Path,
    change: Callable[[dict[str, Any]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store(tmp_path)
    path = saved(store, outcomes).folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest), "utf-8")
    assert found(store) is not None, "how its lines are laid out says nothing"
    change(manifest)
    path.write_text(json.dumps(manifest), "utf-8")
    assert "manifest.json" in set_aside(store, capsys)


def test_a_result_of_another_version_of_the_files_is_set_aside(
    outcomes: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path)
    (saved(store, outcomes).folder / "manifest.json").write_text('{"schema": 1}')
    assert "its files are of version 1" in set_aside(store, capsys)


def test_a_manifest_is_whole_whatever_its_keys_are(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    """As JSON has names of one kind only and no tuples, what is read back is not what was given."""
    odd = {**MANIFEST, "weights": {2: 0.1, 10: (1, float("nan"))}, "titles": {"留学": "\u2028"}}
    store = Store(tmp_path)
    store.write("try-1", tables(outcomes), odd, picture)
    assert found(store) is not None


def test_a_result_of_something_else_under_the_same_name_is_no_answer(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    store = Store(tmp_path)
    saved(store, outcomes)
    assert store.find("try-1", "f2") is None
    assert store.find("try-1", "f1") is not None


def test_a_whole_result_is_never_set_aside(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    store = Store(tmp_path)
    saved(store, outcomes)
    store.set_aside("try-1", "f1")
    assert found(store) is not None


def test_a_result_on_a_read_only_disk_is_read_back(
    outcomes: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(Store(tmp_path), outcomes)
    monkeypatch.setattr("os.access", lambda *_: False)
    assert found(Store(tmp_path)) is not None
    with pytest.raises(InputError, match="cannot be written"):
        Store(tmp_path).prepare()


def test_what_killed_commands_left_behind_is_cleared_and_what_running_ones_write_is_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name in (".try-1.writing-a", ".other-2.writing-b"):
        (tmp_path / name / "figures").mkdir(parents=True)
    (tmp_path / ".gone-4.lock").touch()
    (tmp_path / ".other-2.pieces").mkdir()  # from these the same command goes on
    with store.held("running-3"):
        (tmp_path / ".running-3.writing-c").mkdir()
        with store.held("try-1"):
            kept = {path.name for path in tmp_path.iterdir()}
            assert kept == {".running-3.lock", ".running-3.writing-c", ".try-1.lock", ".other-2.pieces"}
    assert {path.name for path in tmp_path.iterdir()} == {".other-2.pieces", ".running-3.writing-c"}


def test_a_table_that_breaks_its_schema_does_not_leave(outcomes: pd.DataFrame) -> None:
    with pytest.raises(SchemaError):
        tables(pd.concat([outcomes, outcomes.head(1)], ignore_index=True))


def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        Store(tmp_path / "file").prepare()


@pytest.mark.parametrize("name", ["NUL", "aux.d/mine", "mine/con", "results.", "results "])
def test_a_folder_that_windows_could_not_hold_is_not_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written to .* Windows"):
        Store(tmp_path / name).prepare()
    assert not list(tmp_path.iterdir())
    (tmp_path / name).mkdir(parents=True)
    Store(tmp_path / name).prepare()  # who has it already can use it


def test_fingerprint_follows_what_it_is_taken_of() -> None:
    assert fingerprint({"seed": 1, "scale": 0.1}) == fingerprint({"scale": 0.1, "seed": 1})
    assert fingerprint({"seed": 1}) != fingerprint({"seed": 2})


def test_provenance_says_what_a_result_was_made_with() -> None:
    made = json.loads(json.dumps(provenance()))
    assert made["code"] == code_version()
    assert made["packages"]["mesa"] == "3.5.1"


def test_effects_of_a_window_are_those_of_the_table(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    for number, some in enumerate((outcomes, outcomes[outcomes["replicate"] == 0])):  # one alone has no interval
        result = saved(Store(tmp_path / str(number)), some)
        table = result.effects
        assert set(table["window"]) == {"1-5"}
        assert table["low"].isna().all() == bool(number)
        assert_frame_equal(pd.DataFrame(result.effects_of("1-5")), table, check_exact=True)
        assert result.effects_of("1") == []


def test_a_window_of_one_year_is_read_back_as_a_name(tmp_path: Path) -> None:
    pd.DataFrame({"window": ["1", "3"], "effect": [1.0, 2.0]}).to_csv(tmp_path / "effects.csv", index=False)
    assert Result(tmp_path, {}).effects["window"].tolist() == ["1", "3"]
