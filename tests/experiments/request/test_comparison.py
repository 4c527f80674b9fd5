"""What is compared with what: policies composed, levers on top, and what cannot hold together."""

from pathlib import Path

import pytest
import yaml

from experiments.errors import InputError
from experiments.request import comparison
from experiments.request.build import Build
from experiments.request.comparison import Arm, arm, check, check_levers, lever_policy, put_together, question
from experiments.request.composition import CONFIGS
from experiments.request.policies import LIBRARY, load
from tests.experiments.report.test_caution import STAYS
from tests.experiments.request.test_settings import settings

LEVER = "programmes.overseas_fellowship.guarantee"


def write(library: Path, file: str, value: float, start: int = 2026, end: int | None = None, **more: object) -> None:
    changes = [{"lever": LEVER, "set": value, "source": "s", "grade": "A"}]
    policy = {"name": file, "title": file, "title_ja": file, "source": "s", "grade": "A", "start": start, "end": end}
    (library / f"{file}.yaml").write_text(yaml.safe_dump({**policy, "changes": changes, **more}))


def test_levers_come_on_top_of_the_policy_and_have_the_last_word() -> None:
    asked = settings("policy=return_guarantee", f"levers.{LEVER}=0.25", "levers_from=2030")
    (arm,) = question(asked).arms
    assert arm.name == "return_guarantee+levers"
    assert [policy.name for policy in arm.policies] == ["return_guarantee", "levers"]
    assert arm.policies[-1].start == 2030
    from sim.instruments.course import levers_in

    world, parameters = Build.of(asked).inputs()
    values = [levers_in(world, parameters, arm.policies, year)[LEVER] for year in (2025, 2029, 2030)]
    assert values == [0, 1, 0.25]


def test_levers_alone_are_the_arm_and_hold_from_the_year_after_the_fork() -> None:
    (arm,) = question(settings("levers.hiring.overseas_weight=0.7")).arms
    assert arm.name == "levers"
    assert arm.policies[0].start == 2026
    (change,) = arm.policies[0].changes
    assert (change.operation, change.size) == ("set", 0.7)


def test_without_levers_the_arms_are_those_of_the_experiment() -> None:
    assert len(question(settings()).arms) == 4


def test_any_arm_can_be_what_others_are_compared_with() -> None:
    asked = question(settings("policy=package", "against=[overseas_weight,doctoral_stipends]"))
    assert asked.against.name == "overseas_weight+doctoral_stipends"
    assert len(asked.against.policies) == 2
    assert question(settings("policy=package")).against.name == "baseline"
    assert question(settings("policy=package", "against=baseline")).against.policies == ()


def test_an_arm_is_not_compared_with_itself() -> None:
    with pytest.raises(InputError, match=r"the same \(package\): there is nothing to compare"):
        comparison.refuse_the_same(question(settings("policy=package", "against=package")))


@pytest.mark.parametrize(
    "line", ["policy=baseline", "policy=baseline against=baseline", "policy=baseline world=weak_yen"]
)
def test_the_baseline_is_not_compared_with_the_baseline(line: str) -> None:
    with pytest.raises(InputError, match=r"nothing to compare: name a policy, or against=NAME"):
        comparison.refuse_the_same(question(settings(*line.split())))
    comparison.refuse_the_same(question(settings("policy=baseline", "against=package")))


@pytest.mark.parametrize(
    ("override", "words"),
    [
        (
            "levers.hiring.oversea_weight=0.5",
            "no lever named 'hiring.oversea_weight': did you mean hiring.overseas_weight",
        ),
        ("levers.hiring=0.5", "no lever named 'hiring'"),
        ("levers.hiring.overseas_weight=0.5 fork=0", "greater than or equal to 1990"),
        ("levers.hiring.overseas_weight=2.5", "2.5 lies outside -0.5 to 2 SD of score"),
    ],
)
def test_a_wrong_lever_is_refused_with_its_name_or_range(override: str, words: str) -> None:
    asked = settings(*override.split())
    with pytest.raises(InputError, match=words):
        check(asked, question(asked))


def test_the_bounds_of_a_lever_are_allowed() -> None:
    known = Build.of(settings()).inputs()[0]
    check_levers({"hiring.overseas_weight": 2.0, LEVER: 0.0}, known)
    with pytest.raises(InputError, match="doctoral_support is a stipend, and the levers that move one are places"):
        check_levers({"programmes.doctoral_support.guarantee": 1.0}, known)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("levers.a.b=high", "levers.a.b: a number is needed, not 'high'"),
        ("levers.a.b=true", "levers.a.b: a number is needed, not True"),
        ("levers.a.b=nan", "levers.a.b: a finite number is needed, not nan"),
        ("levers_from=2025", "levers_from (2025) must lie between 2026 and 2045"),
        ("levers_from=2030", "levers_from (2030) is the first year of levers.NAME=VALUE, and none is set"),
        ("executor=dask", "executor=dask needs executor.address=tcp://HOST:PORT"),
        ("explain=maybe", "explain: true or false is needed, not 'maybe'"),
        ("replicates=2.0", "replicates: a whole number is needed, not 2.0"),
    ],
)
def test_wrong_types_and_years_are_refused(override: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        settings(override)
    assert words in str(refused.value)


def test_two_policies_that_set_one_lever_differently_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "half", 0.5, end=2030)
    write(tmp_path, "full", 1.0, start=2028)
    with pytest.raises(InputError) as refused:
        comparison.arm(["half", "full"], library=(tmp_path,))
    said = f"half and full set {LEVER} to different values, 0.5 and 1, from 2028 to 2030: leave one of them out"
    half, full = (f"{tmp_path / name}.yaml line 2: policy {name}" for name in ("half", "full"))
    assert str(refused.value) == f"{full}: {said} (the other: {half})."


def test_a_conflict_hidden_in_a_package_is_refused_too(tmp_path: Path) -> None:
    write(tmp_path, "half", 0.5)
    write(tmp_path, "full", 1.0)
    write(tmp_path, "both", 1.0, includes=["half"], changes=[])
    with pytest.raises(InputError, match=r"half and full set .* from 2026 on"):
        comparison.arm(["both", "full"], library=(tmp_path,))


def test_two_programmes_of_one_name_are_not_subtracted_from_each_other(tmp_path: Path) -> None:
    for name, programme in {
        "one": STAYS,
        "other": {**STAYS, "title": "Others"},
        "more": STAYS | {"post_kept": True},
    }.items():
        about = {"schema": 2, "name": name, "title": name, "title_ja": name, "source": "s", "grade": "A", "start": 2026}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(about | {"programmes": [programme]}, allow_unicode=True))
    one, other, more = (arm([str(tmp_path / f"{name}.yaml")]) for name in ("one", "other", "more"))
    with pytest.raises(
        InputError, match=r"one\.yaml line .*: what it is compared with \(other\) brings another program"
    ):
        put_together((one,), other, ())
    assert put_together((one,), more, ()).against == more, "the same programme with another rule"
    assert put_together((one, other), Arm("none"), ()).arms == (one, other)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (2026, None, ""),
        (2028, 2032, ""),
        (2040, None, "start: both only includes others, which hold in their own years: write 2026, as they start in"),
        (2020, None, "write 2026, as they start in 2026 to 2028"),
        (2026, 2027, "end: both only includes others, which hold in their own years: write 2032, as the last of them"),
    ],
)
def test_years_of_a_file_that_only_includes_are_those_of_what_it_includes(
    start: int, end: int | None, words: str, tmp_path: Path
) -> None:
    write(tmp_path, "early", 0.5, end=2027)
    write(tmp_path, "later", 1.0, start=2028, end=2032)
    write(tmp_path, "both", 1.0, start, end, includes=["early", "later"], changes=[])
    if not words:
        comparison.arm(["both"], library=(tmp_path,))
        return
    with pytest.raises(InputError) as refused:
        comparison.arm(["both"], library=(tmp_path,))
    assert words in str(refused.value)
    assert str(refused.value).startswith(f"{tmp_path / 'both.yaml'} line ")


def test_an_open_end_inside_leaves_no_end_to_a_file_that_only_includes(tmp_path: Path) -> None:
    write(tmp_path, "half", 0.5)
    write(tmp_path, "both", 1.0, 2026, 2030, includes=["half"], changes=[])
    with pytest.raises(InputError, match=r"own years: take end out, or copy what should end in 2030 into a file"):
        comparison.arm(["both"], library=(tmp_path,))
    write(tmp_path, "both", 0.8, 2030, 2031, includes=["overseas_weight"])
    assert comparison.arm(["both"], library=(tmp_path, *LIBRARY)).name == "both", "its own change has years"


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("leave.cover[doctoral]", "leave.cover"),
        ("leave.cover[doctoral]", "leave.cover[stage=doctoral]"),
        ("gate.share[CHN]", "gate.share[health]"),
    ],
)
def test_two_policies_that_set_one_cell_differently_are_refused(tmp_path: Path, first: str, other: str) -> None:
    for name, lever, value in (("one", first, 0.1), ("two", other, 0.5), ("same", other, 0.1)):
        write(tmp_path, name, 0, changes=[{"lever": lever, "set": value, "source": "s", "grade": "A"}])

    def asked(*names: str) -> None:
        wanted = settings("parameters=point")
        check(wanted, put_together((arm(names, library=(tmp_path,)),), Arm("none"), ()))

    with pytest.raises(InputError, match=r"one and two set .* to different values, 0\.1 and 0\.5, from 2026 on"):
        asked("one", "two")
    asked("one", "same")


def test_the_same_value_or_other_years_are_no_conflict(tmp_path: Path) -> None:
    write(tmp_path, "half", 0.5, end=2027)
    write(tmp_path, "later", 1.0, start=2028)
    write(tmp_path, "again", 0.5)
    assert len(comparison.arm(["half", "later"], library=(tmp_path,)).policies) == 2
    assert len(comparison.arm(["half", "again"], library=(tmp_path,)).policies) == 2


def test_a_file_and_its_policy_have_one_name(tmp_path: Path) -> None:
    write(tmp_path, "one", 0.5, name="other")
    with pytest.raises(InputError, match=r"one\.yaml holds a policy named other"):
        comparison.arm(["one"], library=(tmp_path,))


def test_levers_read_as_a_policy_with_its_values() -> None:
    policy = lever_policy({"hiring.overseas_weight": 0.7, LEVER: 1}, 2026)
    assert policy.title == f"Levers set: hiring.overseas_weight = 0.7, {LEVER} = 1"
    assert policy.grade == "A"


def test_a_world_holds_on_both_sides() -> None:
    asked = question(settings("policy=package", "world=[weak_yen,closed_borders]", "against=overseas_weight"))
    assert [one.name for one in asked.world] == ["weak_yen", "closed_borders"]
    assert asked.life(asked.arms[0])[:2] == asked.world == asked.life(asked.against)[:2]
    assert question(settings("world=weak_yen")).against.title.startswith("Baseline in the world of: The yen")
    assert question(settings("world=baseline")).world == question(settings()).world == ()


def test_an_arm_or_the_reference_may_be_a_world() -> None:
    asked = question(settings("policy=[package,weak_yen]", "against=weak_yen"))
    assert [one.kind for one in asked.arms[0].policies] == ["world", "policy", "policy", "policy", "policy"]
    assert asked.arms[0].name == "package+weak_yen"
    assert [one.kind for one in asked.against.policies] == ["world"]
    check(settings("policy=weak_yen"), question(settings("policy=weak_yen")))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ("world=weak_yen policy=weak_yen", "weak_yen holds on both sides already"),
        ("world=package", "package is a policy, which holds on one side alone: ask for it as policy=package"),
        ("world=weak_jen", "There is no world named 'weak_jen': did you mean weak_yen"),
        ("world=japan", "does not choose the country: write country=japan"),
        ("policy=./nowhere/mine.yaml", r"mine\.yaml cannot be read: No such file"),
        ("library=./nowhere", "there is no folder"),
    ],
)
def test_a_wrong_world_or_file_is_one_sentence(overrides: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        question(settings(*overrides.split()))


@pytest.mark.parametrize("name", ["aux.yaml", "./NUL", "CON.yaml", "./mine.yaml "])
def test_a_file_that_windows_could_not_hold_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"policy=.*Windows.*; give the file another name\.$"):
        load(name)


def test_a_file_of_ones_own_is_named_by_its_path_and_finds_what_lies_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "half", 0.5)
    write(tmp_path, "mine", 0.5, includes=["half", "overseas_weight"], changes=[])
    (arm,) = question(settings(f"policy={tmp_path / 'mine.yaml'}")).arms
    assert [one.name for one in arm.policies] == ["half", "overseas_weight", "mine"]
    (arm,) = question(settings("policy=mine", f"library={tmp_path}")).arms
    assert arm.name == "mine"
    with pytest.raises(InputError, match="is a folder: name one of its files"):
        question(settings(f"policy={tmp_path}"))


def test_a_policy_does_not_include_a_world(tmp_path: Path) -> None:
    write(tmp_path, "both", 0.5, includes=["weak_yen"])
    with pytest.raises(InputError, match="both is a policy and includes weak_yen, a world"):
        question(settings(f"policy={tmp_path / 'both.yaml'}"))


def test_what_starts_before_the_fork_is_checked_from_its_start_on(tmp_path: Path) -> None:
    write(tmp_path, "early", 0.5, start=2020)
    check(settings("policy=early", f"library={tmp_path}"), question(settings("policy=early", f"library={tmp_path}")))
    for start, words in ((2006, "early starts in 2006, and the model begins in 2006"), (2050, "after the last year")):
        write(tmp_path, "early", 0.5, start=start)
        asked = settings("policy=early", f"library={tmp_path}")
        with pytest.raises(InputError, match=words):
            check(asked, question(asked))


def test_a_target_is_about_an_outcome_that_exists(tmp_path: Path) -> None:
    target = {"outcome": "departure/all", "by": 2033, "value": 1, "source": "s", "grade": "S"}
    write(tmp_path, "mine", 0.5, targets=[target])
    asked = settings("policy=mine", f"library={tmp_path}")
    with pytest.raises(InputError, match=r"no outcome \(a target of mine\) named 'departure': did you mean departures"):
        check(asked, question(asked))


def copy_of(name: str, folder: Path, **changes: str) -> Path:
    """A shipped policy in a folder of one's own, with some of its text changed."""
    text = (CONFIGS / "policy" / f"{name}.yaml").read_text("utf-8")
    for before, after in changes.values():
        assert before in text
        text = text.replace(before, after)
    (path := folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def test_two_files_of_one_name_are_told_apart_or_refused(tmp_path: Path) -> None:
    other = copy_of("overseas_weight", tmp_path, title=("title: ", "title: Another "))
    said = "Two different files hold a policy named overseas_weight: give one of them another name."
    with pytest.raises(InputError, match=said):
        arm(["overseas_weight", str(other)])
    with pytest.raises(InputError, match=said):
        arm(["package", str(other)])
    with pytest.raises(InputError, match=said):
        put_together((arm([str(other)]),), arm(["overseas_weight"]), ())
    same = tmp_path / "same"
    same.mkdir()
    with pytest.raises(InputError, match=r"^overseas_weight is named twice in one list; keep one\.$"):
        arm(["overseas_weight", str(copy_of("overseas_weight", same))])
    assert len(arm(["package", str(same / "overseas_weight.yaml")]).policies) == 4


def test_a_programme_of_a_policy_has_no_call_before_its_path_begins(tmp_path: Path) -> None:
    later = copy_of("expert_j", tmp_path, years=("{2025: 24, 2026: 36, 2027: 10, 2028: 0}", "{2030: 24, 2032: 0}"))
    (programme,) = arm([str(later)]).policies[0].programmes
    assert [programme.places_in(year) for year in (2025, 2029, 2030, 2031, 2032)] == [0, 0, 24, 12, 0]


def test_a_programme_that_the_country_has_already_is_refused_before_anything_runs(tmp_path: Path) -> None:
    clash = copy_of("expert_j", tmp_path, of=("- name: expert_j", "- name: overseas_fellowship"))
    asked = settings(f"policy={clash}", "fork=2024")
    with pytest.raises(InputError, match="has a programme overseas_fellowship already"):
        check(asked, question(asked))
