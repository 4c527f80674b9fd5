"""What is finished stays finished: whole, exact and never done twice."""

import errno
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments.errors import InputError, RunError
from experiments.run.checkpoint import Checkpoint, Piece
from experiments.run.executors import Serial


@dataclass(frozen=True)
class Number:
    value: int

    @property
    def name(self) -> str:
        return f"n{self.value}"


def third(task: Number) -> Piece:
    table = pd.DataFrame({"value": [task.value / 3], "unit": ["persons/yr"]})
    return Piece(table, {"7": "ValueError: odd"} if task.value % 2 else {})


TASKS = [Number(value) for value in range(5)]


def gathered(pieces: Checkpoint, work: object = third) -> list[Piece]:
    return pieces.gather(work, TASKS, Serial(), progress=False)


def test_pieces_come_in_the_order_of_their_tasks_and_exact(tmp_path: Path) -> None:
    found = gathered(Checkpoint(tmp_path / "new" / "pieces"))
    assert [piece.table["value"].iloc[0] for piece in found] == [value / 3 for value in range(5)]
    assert [bool(piece.failed) for piece in found] == [False, True, False, True, False]
    assert found[1].table.attrs == {}


def test_a_stopped_gathering_goes_on_where_it_stopped(tmp_path: Path) -> None:
    done: list[int] = []

    def until_the_third(task: Number) -> Piece:
        if task.value == 3 and len(done) == 3:
            raise KeyboardInterrupt
        done.append(task.value)
        return third(task)

    with pytest.raises(KeyboardInterrupt, match="3 of 5 pieces are kept, and the same command goes on from there"):
        gathered(Checkpoint(tmp_path), until_the_third)
    done.append(-1)
    again = gathered(Checkpoint(tmp_path), until_the_third)
    assert done == [0, 1, 2, -1, 3, 4]
    for one, other in zip(again, gathered(Checkpoint(tmp_path / "other")), strict=True):
        assert_frame_equal(one.table, other.table, check_exact=True)
        assert one.failed == other.failed


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"nonsense" * 100])
def test_a_damaged_piece_is_done_again(tmp_path: Path, damage: bytes) -> None:
    gathered(Checkpoint(tmp_path))
    (tmp_path / "n2.parquet").write_bytes(damage)
    assert gathered(Checkpoint(tmp_path))[2].table["value"].iloc[0] == 2 / 3


def test_a_truncated_piece_is_done_again(tmp_path: Path) -> None:
    gathered(Checkpoint(tmp_path))
    whole = (tmp_path / "n2.parquet").read_bytes()
    (tmp_path / "n2.parquet").write_bytes(whole[: len(whole) // 2])
    assert gathered(Checkpoint(tmp_path))[2].table["value"].iloc[0] == 2 / 3


def test_a_full_disk_keeps_what_was_finished_and_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pd.DataFrame.to_parquet

    def full(table: pd.DataFrame, path: Path, **options: object) -> None:
        if "n3" in path.name:
            path.write_bytes(b"PAR1 and then no more room")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        whole(table, path, **options)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(OSError, match="No space left"):
        gathered(Checkpoint(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n0.parquet", "n1.parquet", "n2.parquet"]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        gathered(Checkpoint(tmp_path / "file" / "pieces"))


def test_where_nothing_is_finished_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        gathered(Checkpoint(tmp_path / "pieces"), lambda task: task.value / 0)
    assert list(tmp_path.iterdir()) == []


def test_discarded_pieces_are_gone(tmp_path: Path) -> None:
    pieces = Checkpoint(tmp_path / "pieces")
    gathered(pieces)
    pieces.discard()
    assert list(tmp_path.iterdir()) == []


def test_pieces_that_vanish_in_mid_run_are_made_again_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the slower of two commands meets when the faster one is done and clears up."""
    faster = Checkpoint(tmp_path / "pieces")
    done: list[int] = []

    def clears(task: Number) -> Piece:
        if task.value == 3 and 3 not in done:
            faster.discard()
        done.append(task.value)
        return third(task)

    found = gathered(Checkpoint(tmp_path / "pieces"), clears)
    assert [piece.table["value"].iloc[0] for piece in found] == [value / 3 for value in range(5)]
    assert done == [0, 1, 2, 3, 4, 0, 1, 2]
    assert "are made again: n0, n1, n2." in capsys.readouterr().err


def test_pieces_that_vanish_again_and_again_are_an_error_that_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Checkpoint.write
    monkeypatch.setattr(Checkpoint, "write", lambda kept, name, piece: name == "n1" or write(kept, name, piece))
    with pytest.raises(RunError, match=r"1 of 5 pieces are missing in .*: n1\. The same command makes them again\."):
        gathered(Checkpoint(tmp_path))


def test_a_piece_that_can_no_longer_be_read_is_an_error_and_is_made_again(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path)
    kept.complete(third, TASKS, Serial(), progress=False)
    path = tmp_path / "n2.parquet"
    path.write_bytes(path.read_bytes()[:4] + b"x" * 200 + path.read_bytes()[204:])  # its last bytes are as they were
    with pytest.raises(RunError, match=r"The piece n2 in .* can no longer be read: the same command makes it again"):
        list(kept.pieces(TASKS))
    assert [task.value for task in kept.missing(TASKS)] == [2]


def test_a_stop_after_the_pieces_says_that_they_are_kept(tmp_path: Path) -> None:
    pieces = Checkpoint(tmp_path)
    gathered(pieces)
    with pytest.raises(KeyboardInterrupt, match="5 finished pieces are kept"), pieces.said_when_stopped():
        raise KeyboardInterrupt


def test_what_is_put_together_from_pieces_is_removed_at_a_stop(tmp_path: Path) -> None:
    pieces = Checkpoint(tmp_path)
    gathered(pieces)
    (tmp_path / ".outcomes").write_text("half")
    with pytest.raises(KeyboardInterrupt), pieces.said_when_stopped():
        raise KeyboardInterrupt
    assert pieces.count(TASKS) == len(list(tmp_path.iterdir()))


def test_a_worker_lost_after_the_pieces_says_that_they_are_kept(tmp_path: Path) -> None:
    pieces = Checkpoint(tmp_path)
    gathered(pieces)
    with pytest.raises(RunError, match="5 finished pieces are kept"), pieces.said_when_stopped():
        raise BrokenExecutor


def test_a_stop_before_any_piece_says_nothing_of_pieces(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt) as stop, Checkpoint(tmp_path / "none").said_when_stopped():
        raise KeyboardInterrupt
    assert not stop.value.args
