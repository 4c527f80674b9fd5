"""A result is there whole or not at all, and what leaves has passed its schema."""

import json
from pathlib import Path

import pandas as pd
import pytest
from pandera.errors import SchemaError

from experiments.analysis.effects import effects
from experiments.errors import InputError
from experiments.report import schema
from experiments.run.executors import Serial
from experiments.run.replicates import Plan, run
from experiments.run.store import Result, Store, code_version, fingerprint, provenance
from tests.experiments.fake import FORK, UNTIL, Shift, fake

MANIFEST = {"seed": 1, "variance_ratio": {"returns": float("inf")}}


@pytest.fixture
def outcomes() -> pd.DataFrame:
    plan = Plan(fake, {"push": (Shift(40),)}, FORK, UNTIL, (1, 5))
    return run(plan, seed=1, replicates=3, executor=Serial(), progress=False)


def picture(folder: Path) -> None:
    (folder / "figures" / "a.png").touch()


def tables(outcomes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    checked = schema.OUTCOMES.validate(outcomes.assign(run="try-1")[list(schema.OUTCOMES.columns)])
    return {"outcomes.parquet": checked, "effects.csv": schema.EFFECTS.validate(effects(outcomes, FORK))}


def saved(store: Store, outcomes: pd.DataFrame) -> Result:
    return store.save("try-1", tables(outcomes), MANIFEST, picture)


def test_what_was_saved_is_read_back(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "results")
    assert store.read("try-1") is None
    written = saved(store, outcomes)
    found = store.read("try-1")
    assert found is not None
    pd.testing.assert_frame_equal(found.effects, written.effects, check_exact=True)
    assert list(found.outcomes.columns) == list(schema.OUTCOMES.columns)
    assert set(found.outcomes["run"]) == {"try-1"}
    assert found.manifest == {"seed": 1, "variance_ratio": {"returns": None}}
    assert (found.folder / "figures" / "a.png").is_file()
    assert [path.name for path in store.root.iterdir()] == ["try-1"]


def test_a_failure_while_writing_leaves_nothing(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    store = Store(tmp_path)

    def full_disk(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    with pytest.raises(OSError, match="No space"):
        store.save("try-1", tables(outcomes), MANIFEST, full_disk)
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_folder_is_never_a_result_and_gives_way(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "try-1").mkdir()
    (tmp_path / "try-1" / "effects.csv").write_text("policy\n")
    store = Store(tmp_path)
    assert store.read("try-1") is None
    saved(store, outcomes)
    assert store.read("try-1") is not None


@pytest.mark.parametrize(
    ("file", "content"),
    [("manifest.json", '{"seed": 1'), ("manifest.json", "[]"), ("effects.csv", ""), ("effects.csv", "policy\n")],
)
def test_a_result_that_was_damaged_is_not_read_back(
    outcomes: pd.DataFrame, tmp_path: Path, file: str, content: str
) -> None:
    store = Store(tmp_path)
    saved(store, outcomes)
    (tmp_path / "try-1" / file).write_text(content)
    assert store.read("try-1") is None
    saved(store, outcomes)
    assert store.read("try-1") is not None


def test_a_table_that_breaks_its_schema_does_not_leave(outcomes: pd.DataFrame) -> None:
    with pytest.raises(SchemaError):
        tables(pd.concat([outcomes, outcomes.head(1)], ignore_index=True))


def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        Store(tmp_path / "file")


def test_fingerprint_follows_what_it_is_taken_of() -> None:
    assert fingerprint({"seed": 1, "scale": 0.1}) == fingerprint({"scale": 0.1, "seed": 1})
    assert fingerprint({"seed": 1}) != fingerprint({"seed": 2})


def test_provenance_says_what_a_result_was_made_with() -> None:
    made = json.loads(json.dumps(provenance()))
    assert made["code"] == code_version()
    assert made["packages"]["mesa"] == "3.5.1"
