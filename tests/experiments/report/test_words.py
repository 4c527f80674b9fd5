"""What a reader calls the life that arms are compared with, and the world that holds on both sides."""

from experiments.report.language import Words
from experiments.request.comparison import question
from sim import World
from tests.experiments.request.test_settings import settings


def test_the_world_of_both_sides_is_named_in_either_language() -> None:
    world = World.load()
    plain, shocked = question(settings("policy=package")), question(settings("policy=package", "world=weak_yen"))
    for code, words in (("en", "both in the world of The yen loses another quarter"), ("ja", "世界設定：円安の進行")):
        said = Words.of(code, world, ())
        assert words in said.against(shocked)
        assert words not in said.against(plain)
        assert said.against(shocked).startswith(said.against(plain))
