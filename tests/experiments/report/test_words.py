"""What a reader calls the life that arms are compared with, and the world that holds on both sides."""

from itertools import product

import pandas as pd

from experiments.report.language import Words
from experiments.report.letters import width
from experiments.request.comparison import question
from experiments.request.design import Point
from experiments.run.sweep import Sweep
from sim import World
from tests.experiments.request.test_settings import asked, settings


def test_the_world_of_both_sides_is_named_in_either_language() -> None:
    world = World.load()
    plain, shocked = question(settings("policy=package")), question(settings("policy=package", "world=weak_yen"))
    named = {"en": 'both in the world of "The yen loses another quarter', "ja": "世界設定：「円安の進行"}
    for code, words in named.items():
        said = Words.of(code, world, ())
        assert words in said.against(shocked)
        assert words not in said.against(plain)
        assert said.against(shocked).startswith(said.against(plain))


def test_points_of_a_sweep_over_worlds_are_named_by_them_and_compared_with_the_baseline_of_each() -> None:
    points = [
        Point.of(number, {"world": name}, asked("policy=overseas_weight", f"world={name}", "parameters=point"))
        for number, name in enumerate(("baseline", "weak_yen"))
    ]
    effects, rows = pd.DataFrame({"against": ["baseline"] * 2}), pd.DataFrame([point.row for point in points])
    answer = Sweep.of(points).answer(effects, rows)
    for code, named in (
        ("en", "The yen loses another quarter of its value"),
        ("ja", "円安の進行（対ドルで2割強の下落）"),
    ):
        words = answer.words(code)
        baseline = "Baseline" if code == "en" else "ベースライン"
        assert [answer.named(row, words) for row in rows.to_dict("records")] == [baseline, named]
        assert answer.against(words) == words.say("in_each_world", against=words.say("baseline"))


def test_points_over_policies_and_worlds_can_be_told_apart_in_a_narrow_column() -> None:
    worlds = ("weak_yen", "us_push_2025")
    points = [
        Point.of(number, {"policy": policy, "world": world}, asked(f"policy={policy}", f"world={world}"))
        for number, (policy, world) in enumerate(product(("j_rise", "overseas_weight"), worlds))
    ]
    rows = pd.DataFrame([point.row for point in points])
    answer = Sweep.of(points).answer(pd.DataFrame({"against": ["baseline"] * 4}), rows)
    for code, room in product(("en", "ja"), (32, 56)):
        names = [answer.brief(row, answer.words(code), room) for row in rows.to_dict("records")]
        assert len(set(names)) == 4
        assert max(map(width, names)) <= room
        assert all("J-RISE" in name for name in names[:2])
