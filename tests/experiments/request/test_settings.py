"""Wrong requests are refused in one sentence; every shipped configuration composes."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hydra import compose, initialize_config_dir

from experiments.cli.main import STUDIES, study_of
from experiments.cli.overrides import as_hydra_reads
from experiments.errors import InputError
from experiments.request import comparison, policies
from experiments.request.composition import SETTINGS, plain
from experiments.request.settings import ASKED, Settings, read_settings

CONFIGS = SETTINGS
GROUPS = ("parameters", "outcomes")


def asked(*overrides: str) -> dict[str, Any]:
    return deepcopy(_composed(tuple(as_hydra_reads(overrides))))


@cache  # the same lines are asked for again and again, and Hydra takes its time
def _composed(lines: tuple[str, ...]) -> dict[str, Any]:
    with initialize_config_dir(str(CONFIGS), version_base="1.3"):
        return plain(compose("config", overrides=list(lines)))


def settings(*overrides: str) -> Settings:
    return read_settings(asked(*overrides))


@pytest.mark.parametrize("choice", [f"{group}={p.stem}" for group in GROUPS for p in (CONFIGS / group).glob("*.yaml")])
def test_every_configuration_composes(choice: str) -> None:
    assert settings(choice).chosen


@pytest.mark.parametrize("experiment", [path.stem for path in (CONFIGS / "experiment").glob("*.yaml")])
def test_every_experiment_composes(experiment: str) -> None:
    own = {experiment}  # an experiment that is no what-if has a section of its own
    assert read_settings({key: x for key, x in asked(f"experiment={experiment}").items() if key not in own}).name


GIVEN = {
    "policy": "policy=package",
    "against": "against=package",
    "world": "world=weak_yen",
    "arms": "",
    "budget": "budget=3",
    "levers": "levers.hiring.overseas_weight=0.5",
    "levers_from": "levers_from=2027",
    "fork": "fork=2024",
    "until": "until=2040",
    "windows": "windows=[[1,5]]",
    "replicates": "replicates=7",
    "sets": "sets=7",
}
"""Of every setting that says what is asked, a value that is not the usual one."""
READ = {
    **dict.fromkeys(("benchmark", "schedule", "calibrate", "recover", "validate"), frozenset[str]()),
    "quasi": {"replicates", "sets"},
    "responses": {"fork", "until", "replicates", "sets"},
    "screening": {"policy", "world", "arms", "levers", "levers_from", "fork", "until"},
}


def test_what_says_what_is_asked_is_known() -> None:
    assert GIVEN.keys() == ASKED
    assert {*READ, "factorial", "frontier"} == STUDIES.keys()


@pytest.mark.parametrize("experiment", STUDIES)
def test_what_nobody_gave_is_not_refused(experiment: str) -> None:
    assert study_of(asked(f"experiment={experiment}")).settings


@pytest.mark.parametrize(("experiment", "setting"), [(one, name) for one in READ for name in GIVEN])
def test_a_study_refuses_what_it_does_not_read(experiment: str, setting: str) -> None:
    config = asked(f"experiment={experiment}", *([] if setting == "arms" else [GIVEN[setting]]))
    if setting == "arms":  # which the command line gives to a what-if and a screening alone
        config["arms"] = [["overseas_weight"]]
    if setting in READ[experiment]:
        config["levers"] = config["levers"] or ({"hiring.overseas_weight": 0.5} if setting == "levers_from" else {})
        assert study_of(config).settings
        return
    with pytest.raises(InputError, match=rf"^experiment={experiment} does not read {setting}\b.*: leave it out; "):
        study_of(config)


def test_what_a_study_does_not_read_is_said_at_once_with_what_it_reads() -> None:
    with pytest.raises(InputError) as refused:
        study_of(asked("experiment=quasi", "until=2030", "policy=package", "levers.hiring.overseas_weight=1"))
    assert str(refused.value) == (
        "experiment=quasi does not read levers.NAME or policy or until: leave them out; what it is asked is set by "
        "quasi.experiments, replicates, sets."
    )


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [("processes", "processes"), ("serial", "serial"), ("dask executor.address=tcp://a:1", "dask")],
)
def test_every_executor_composes(chosen: str, kind: str) -> None:
    assert settings(*f"executor={chosen}".split()).executor.kind == kind


def test_the_default_is_four_arms_at_one_to_ten() -> None:
    default = settings()
    assert default.country is None  # the one that sim/countries/default.yaml names
    assert (default.scale, default.replicates, default.reached) == (0.1, 50, ((1, 5), (6, 10), (16, 20)))
    assert [arm[0] for arm in default.chosen] == [
        "overseas_weight",
        "doctoral_stipends",
        "fellowships_doubled",
        "package",
    ]


@pytest.mark.parametrize(
    ("override", "arms"),
    [
        ("policy=a", (("a",),)),
        ("policy=[a,b]", (("a", "b"),)),
        ("policy=baseline", (("baseline",),)),
    ],
)
def test_one_policy_or_a_list_is_one_arm(override: str, arms: tuple[tuple[str, ...], ...]) -> None:
    assert settings(override).chosen == arms


@pytest.mark.parametrize("override", ["policy=", "policy=[]", "against=", "world=[a,]"])
def test_a_name_that_is_missing_is_no_baseline(override: str) -> None:
    """As a variable of the shell that is not set leaves it."""
    with pytest.raises(InputError, match=r"a name is missing|the list is empty"):
        settings(override)


@pytest.mark.parametrize("name", ["政策", "2025", "true", "été-1", "a.b_c"])
def test_names_of_any_script_are_taken_as_they_are(name: str) -> None:
    assert settings(f"name={name}").name == name


@pytest.mark.parametrize("path", ["a,b", "a=b", "[x]", "~nobody here/x", "it's", "日本 語", "50%", "null too", "1e3"])
def test_paths_are_taken_as_they_are(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a,b").touch()  # a comma parts names, but for those of a file that is there
    assert settings(f"output={path}").output == Path(path)
    assert settings(f"policy=./{path}").policy == (f"./{path}",)


def test_a_folder_is_the_same_wherever_a_worker_runs() -> None:
    assert settings("country=./mine").country == str(Path.cwd() / "mine")
    assert settings("country=japan").country == "japan"


def test_usual_windows_beyond_the_run_are_left_out() -> None:
    assert settings("until=2031").reached == ((1, 5),)
    assert settings("until=2027").reached == ((1, 2),)  # no window is reached: all years
    assert settings("windows=[2,[1,5]]").reached == ((1, 5), (2, 2))


def test_replicates_beyond_the_sets_are_second_seeds() -> None:
    assert settings("replicates=50", "sets=40").seeds == (2,) * 10 + (1,) * 30
    assert settings("replicates=3", "sets=40").seeds == (1, 1, 1)
    assert settings("replicates=6", "parameters=point").seeds == (6,)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("scale=0", "scale: input should be greater than 0, not 0"),
        ("scale=2", "less than or equal to 1"),
        ("scale=small", "scale: a number is needed, not 'small'"),
        ("replicates=0", "replicates: input should be greater than or equal to 1"),
        ("workers=0", "workers"),
        ("sets=0", "sets: input should be greater than or equal to 1"),
        ("language=fr", "an answer can be given in en or ja, not in 'fr'"),
        ("table=wide", "table: input should be 'screen' or 'full', not 'wide'"),
        ("until=2025", "until (2025) must be after the fork year (2025)"),
        ("windows=[[5,3]]", "windows: [5, 3] ends before it begins"),
        (
            "windows=[[1,5],[21,30]]",
            "windows: [21, 30] ends after the run, which holds 20 years after 2025",
        ),
        ("seed=-1", "seed"),
        ("name=../away", "name"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(override: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        settings(*override.split(" "))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_identity_leaves_out_how_a_run_is_done_and_shown() -> None:
    assert settings("workers=1", "output=elsewhere").identity() == settings().identity()
    assert settings("seed=2").identity() != settings().identity()


def test_every_policy_of_the_library_loads_under_its_own_name() -> None:
    assert policies.names()
    for name in policies.names():
        assert policies.load(name).name == name


def test_a_package_holds_what_it_includes_once_and_in_order() -> None:
    package = comparison.arm(["package"])
    assert [policy.name for policy in package.policies][:-1] == list(policies.load("package").includes)
    both = comparison.arm(["package", "overseas_weight"])
    assert both.policies == package.policies
    assert both.name == "package+overseas_weight"


def test_baseline_and_nothing_change_nothing() -> None:
    assert comparison.arm(["baseline"]) == comparison.arm([])
    assert comparison.arm([]).policies == ()


def test_an_unknown_policy_offers_the_nearest() -> None:
    with pytest.raises(InputError, match="There is no policy named 'oversea_weight': did you mean overseas_weight"):
        comparison.arm(["oversea_weight"])


def test_a_policy_that_includes_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").write_text(
        "{name: loop, title: L, title_ja: L, source: s, grade: A, start: 2026, includes: [loop]}"
    )
    with pytest.raises(InputError, match="includes itself"):
        comparison.arm(["loop"], library=(tmp_path,))
