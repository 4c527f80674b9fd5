"""A result is there whole or not at all, and what leaves has passed its schema."""

import json
from pathlib import Path

import pandas as pd
import pytest
from pandera.errors import SchemaError

from experiments.effects import effects
from experiments.ensemble import Plan, run
from experiments.errors import InputError
from experiments.store import Result, Store, code_version, fingerprint, provenance
from tests.experiments.fake import FORK, UNTIL, Shift, fake

MANIFEST = {"seed": 1, "variance_ratio": {"returns": float("inf")}}


@pytest.fixture
def outcomes() -> pd.DataFrame:
    return run(Plan(fake, {"push": (Shift(40),)}, FORK, UNTIL, (1, 5)), seed=1, replicates=3, workers=1, progress=False)


def saved(store: Store, outcomes: pd.DataFrame) -> Result:
    return store.save("try-1", outcomes, effects(outcomes, FORK), MANIFEST, lambda folder: (folder / "a.png").touch())


def test_what_was_saved_is_read_back(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "results")
    assert store.read("try-1") is None
    written = saved(store, outcomes)
    found = store.read("try-1")
    assert found is not None
    pd.testing.assert_frame_equal(found.effects, written.effects, check_exact=True)
    assert list(found.outcomes.columns) == ["run", "policy", "replicate", "year", "outcome", "group", "value", "unit"]
    assert set(found.outcomes["run"]) == {"try-1"}
    assert found.manifest == {"seed": 1, "variance_ratio": {"returns": None}}
    assert (found.folder / "figures" / "a.png").is_file()
    assert [path.name for path in store.root.iterdir()] == ["try-1"]


def test_a_failure_while_writing_leaves_nothing(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    store = Store(tmp_path)

    def full_disk(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    with pytest.raises(OSError, match="No space"):
        store.save("try-1", outcomes, effects(outcomes, FORK), MANIFEST, full_disk)
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_folder_is_never_a_result_and_gives_way(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "try-1").mkdir()
    (tmp_path / "try-1" / "effects.csv").write_text("policy\n")
    store = Store(tmp_path)
    assert store.read("try-1") is None
    saved(store, outcomes)
    assert store.read("try-1") is not None


def test_a_table_that_breaks_its_schema_is_not_written(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    twice = pd.concat([outcomes, outcomes.head(1)], ignore_index=True)
    with pytest.raises(SchemaError):
        Store(tmp_path).save("try-1", twice, effects(outcomes, FORK), MANIFEST, lambda _: None)
    assert list(tmp_path.iterdir()) == []


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
