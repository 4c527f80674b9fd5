"""`experiment=responses`: a tiny card is made, stored and read back; wrong requests are refused in a sentence."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from experiments.errors import InputError
from experiments.request.composition import line
from experiments.responses.card import EVERY, SCHEMA
from experiments.responses.study import Responses
from experiments.run.study import present

SMALL = ["experiment=responses", "executor=serial", "scale=0.02", "replicates=4", "sets=2", "fork=2012", "until=2022"]
SHOCKS = ["places_double", "us_crisis"]


def asked(*more: str, output: Path = Path("results")) -> Responses:
    config: dict[str, Any] = dict(line([*SMALL, *more, f"output={output}"]))
    return Responses.read(config)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    where = tmp_path_factory.mktemp("responses")
    return where, shown(where)


def shown(where: Path) -> str:
    out = io.StringIO()
    study = asked(f"responses.shocks=[{','.join(SHOCKS)}]", output=where)
    present(study, "a command", Console(file=out, width=160))
    return out.getvalue()


def test_the_result_holds_the_card_and_every_response(done: tuple[Path, str]) -> None:
    where, said = done
    (folder,) = where.iterdir()
    assert {path.name for path in folder.iterdir()} == {
        *("responses.csv", "every_response.csv", "figures", "summary.md", "manifest.json"),
    }
    assert (folder / "figures" / "responses.png").stat().st_size > 10_000
    card = SCHEMA.validate(pd.read_csv(folder / "responses.csv"))
    assert set(card["shock"]) == set(SHOCKS)
    assert set(card["sets"]) <= {0, 1, 2}
    assert (card["runs"] == 4).all()
    every = EVERY.validate(pd.read_csv(folder / "every_response.csv"))
    assert set(every["horizon"]) == {1, 5, 10}
    assert "inside the published range" in said
    assert "### Places of the overseas fellowship doubled" in (folder / "summary.md").read_text(encoding="utf-8")


def test_more_places_are_taken_and_a_crisis_keeps_people_away(done: tuple[Path, str]) -> None:
    (folder,) = done[0].iterdir()
    every = pd.read_csv(folder / "every_response.csv").set_index(["shock", "outcome", "group", "horizon"])["response"]
    assert every["places_double", "awards", "overseas_fellowship", 5] > 0.2
    assert every["us_crisis", "departures", "US", 10] < -0.1


def test_the_same_request_is_read_back(done: tuple[Path, str]) -> None:
    again = shown(done[0])
    assert "Read back from" in again
    assert again.partition("Read back")[0] == done[1].partition("Written to")[0]


def test_explaining_names_shocks_and_ranges() -> None:
    text = asked().explanation()
    assert "posts_income: Income of every post at home +10 %" in text
    assert "I1 return_rate, all, after 10 years: elasticity 1.2 to 1.8" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["responses.shocks=[places_doubled]"], "There is no shock named 'places_doubled': did you mean places_double"),
        (["until=2017"], "The last horizon is 2022: take until=2022"),
    ],
)
def test_a_wrong_request_is_one_sentence(arguments: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        asked(*arguments).check()
