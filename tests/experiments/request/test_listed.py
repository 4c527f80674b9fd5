"""What a request refuses of a file beyond its form, each with file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from experiments.errors import InputError
from experiments.report.explain import explanation
from experiments.request.comparison import check, question
from experiments.request.listed import check_listed, row_names
from experiments.request.policies import load, with_included
from sim import Policy
from tests.experiments.request.test_settings import settings
from tests.sim.programmes import joint

if TYPE_CHECKING:
    from pathlib import Path

HEAD = {"name": "mine", "title": "t", "title_ja": "t", "source": "s", "grade": "A", "start": 2026}
CHANGE = {"lever": "hiring.overseas_weight", "set": 0.5, "source": "s", "grade": "A"}


def written(folder: Path, name: str = "mine", **more: Any) -> Path:  # noqa: ANN401 - whatever a file holds
    file = folder / f"{name}.yaml"
    said = {**HEAD, "name": name, "changes": [CHANGE], **more}
    file.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")
    return file


def target(outcome: str, value: float) -> dict[str, object]:
    return {"outcome": outcome, "by": 2030, "value": value, "source": "s", "grade": "A"}


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ({"rows": ["A1", "A999"]}, 14, r"rows: there is no row A999; nearest: A99, .* from A1 to A174"),
        ({"targets": [target("under_40_share", 30)]}, 15, "under_40_share of 30 cannot be: it may be 0 to 1"),
        ({"targets": [target("under_40_share/all", -0.1)]}, 15, "cannot be: it may be 0 to 1"),
        ({"targets": [target("returns", -5)]}, 15, "returns of -5 cannot be: it may be 0 or more"),
        (
            {"targets": [target("under_40_share", 0.3) | {"observed": 30, "observed_in": 2019}]},
            18,
            "under_40_share of 30 cannot be: it may be 0 to 1 .share.; correct observed",
        ),
        ({"targets": [target("belief", 1.5)]}, 15, "it may be 0 to 1"),
        ({"targets": [target("under_40_share/", 0.3)]}, 13, "targets: under_40_share/ names no group; write under_40"),
        ({"targets": [target("return", 5)]}, 13, r"There is no outcome .* named 'return': did you mean returns"),
    ],
)
def test_what_is_listed_nowhere_is_refused_when_a_file_is_read(
    tmp_path: Path, more: dict[str, Any], line: int, said: str
) -> None:
    file = written(tmp_path, **more)
    with pytest.raises(InputError, match=rf"^{re.escape(str(file))} line {line}: policy mine: .*{said}"):
        load(str(file))
    with pytest.raises(InputError, match=said):
        check_listed(Policy.from_dict({**HEAD, **more}))


def test_rows_may_be_left_out_and_all_that_are_listed_are_known(tmp_path: Path) -> None:
    assert row_names() == tuple(f"A{number}" for number in range(1, 175))
    assert load(str(written(tmp_path))).rows == ()
    assert load(str(written(tmp_path, targets=[target("topic_lag", -1), target("returns", 0)]))).targets


@pytest.mark.parametrize("name", ["baseline", "levers", "no_change"])
def test_a_name_that_means_something_else_is_refused_when_a_file_is_read(tmp_path: Path, name: str) -> None:
    for more in {"kind": "policy"}, {"kind": "world"}:
        file = written(tmp_path, name, **more)
        said = rf"^{re.escape(str(file))} line 1: {more['kind']} {name}: name: {name} is the name of .*; give this "
        with pytest.raises(InputError, match=said + rf"{more['kind']} another name\.$"):
            load(str(file))
    with pytest.raises(InputError, match=rf"^policy {name}: name: {name} is the name of"):
        with_included(Policy.from_dict({**HEAD, "name": name, "changes": [CHANGE]}))


def test_a_path_that_is_included_begins_in_the_folder_of_the_file_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("mine", "mine/parts", "here"):
        (tmp_path / folder).mkdir()
    written(tmp_path / "mine", includes=["./parts/one.yaml"])
    written(tmp_path / "mine" / "parts", "one", includes=["../two.yaml"])
    written(tmp_path / "mine", "two", title="beside")
    written(tmp_path / "here", "two", title="of the folder one is in")
    monkeypatch.chdir(tmp_path / "here")
    found = with_included("../mine/mine.yaml")
    assert [(one.name, one.title) for one in found] == [("two", "beside"), ("one", "t"), ("mine", "t")]
    by_name = with_included("mine", (tmp_path / "mine",))
    assert [one.name for one in by_name] == ["two", "one", "mine"]
    (tmp_path / "mine" / "two.yaml").unlink()
    monkeypatch.chdir(tmp_path / "mine")
    with pytest.raises(
        InputError, match=r"policy one: includes: there is no file \.\./two\.yaml; correct the path, which"
    ):
        with_included("./mine.yaml")


@pytest.mark.parametrize(
    ("included", "said"),
    [
        ("nexsus", r"includes: There is no file named 'nexsus': did you mean nexus"),
        ("./nowhere.yaml", r"includes: there is no file \./nowhere\.yaml; correct the path"),
        ("weak_yen", "mine is a policy and includes weak_yen, a world"),
    ],
)
def test_an_include_that_cannot_be_names_the_line_that_includes(tmp_path: Path, included: str, said: str) -> None:
    file = written(tmp_path, includes=["nexus", included])
    with pytest.raises(InputError, match=rf"^{re.escape(str(file))} line 14: policy mine: {said}"):
        with_included(str(file))


def test_a_circle_of_includes_names_the_line_that_closes_it(tmp_path: Path) -> None:
    file, last = written(tmp_path, includes=["two"]), written(tmp_path, "three", includes=["mine"])
    written(tmp_path, "two", includes=["three"])
    said = rf"^{re.escape(str(last))} line 13: policy three: mine includes itself \(mine -> two -> three -> mine\)"
    with pytest.raises(InputError, match=said):
        with_included(str(file))


def test_a_policy_that_moves_what_it_brings_is_explained(tmp_path: Path) -> None:
    """What the change moves is shown as the policy brings it, and the line may move it too."""
    moves = {**CHANGE, "lever": "programmes.made_up_programme.places", "set": 5}
    file = written(tmp_path, programmes=[joint(10, ["US"])], changes=[moves])
    asked = settings(f"policy={file}", "parameters=point", "levers.programmes.made_up_programme.years=4")
    wanted = question(asked)
    check(asked, wanted)
    said = explanation(asked, wanted)
    assert "2026: 10 -> 5" in said
    assert "programmes.made_up_programme.years" in said
    wrong = settings(f"policy={file}", "parameters=point", "levers.programmes.made_up_programme.members=-3")
    with pytest.raises(InputError, match="made_up_programme is a joint, and the levers that move one are places"):
        check(wrong, wanted)


def test_two_that_bring_one_programme_or_set_one_lever_are_told_apart_by_file_and_line(tmp_path: Path) -> None:
    written(tmp_path, "one", programmes=[joint(10, ["US"])], changes=[])
    other = written(tmp_path, "other", programmes=[joint(11, ["US"])], changes=[])
    asked = settings("policy=[one,other]", f"library={tmp_path}", "parameters=point")
    with pytest.raises(InputError, match=rf"^{re.escape(str(other))} line \d+: policy other: another policy brings a"):
        check(asked, question(asked))
    lever = {**CHANGE, "lever": "gate.share[science, US, in]"}
    written(tmp_path, "one", changes=[lever])
    other = written(tmp_path, "other", changes=[{**lever, "lever": "gate.share[in,US,science]", "set": 0.7}])
    with pytest.raises(
        InputError, match=rf"^{re.escape(str(other))} line 8: .*\(the other: .*one\.yaml line 8: policy one"
    ):
        question(settings("policy=[one,other]", f"library={tmp_path}"))


def test_a_start_before_the_data_and_a_programme_at_home_are_refused_before_a_run(tmp_path: Path) -> None:
    def said(file: Path) -> str:
        asked = settings(f"policy={file}", "parameters=point")
        with pytest.raises(InputError) as error:
            check(asked, question(asked))
        return str(error.value).removeprefix(str(file))

    assert said(written(tmp_path, start=2000)).startswith(" line 6: policy mine: mine starts in 2000, and the model")
    at_home = said(written(tmp_path, programmes=[joint(10, ["US", "JPN"])]))
    assert re.match(r" line \d+: policy mine: programme made_up_programme: there is no region 'JPN' abroad", at_home)
    assert "the country has a programme" in said(
        written(tmp_path, programmes=[joint(10, ["US"], name="overseas_fellowship")])
    )
