"""Coming home: what people keep of a stay, and whose family support helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.process import stays
from sim.vocabulary import HOME, Mode, Stage

if TYPE_CHECKING:
    from sim import BrainCirculation


@pytest.mark.parametrize(
    ("mode", "funded", "stage", "keeps"),
    [
        (Mode.VISIT, True, Stage.FIXED_TERM, True),
        (Mode.VISIT, True, Stage.PERMANENT, True),
        (Mode.VISIT, True, Stage.POSTDOC, False),
        (Mode.VISIT, False, Stage.FIXED_TERM, False),
        (Mode.FELLOWSHIP, True, Stage.FIXED_TERM, False),
    ],
)
def test_who_comes_back_from_a_visit_to_a_post_that_a_programme_pays_holds_it(
    history: BrainCirculation, mode: Mode, funded: bool, stage: Stage, keeps: bool
) -> None:
    model = history.fork()
    people, year = model.people, model._open_year(2026)
    (row,) = np.flatnonzero((people.region == HOME) & (people.origin == HOME))[:1]
    people.region[row], people.mode[row], people.stage[row] = 1, mode, stage
    people.funded[row], people.programme[row], people.post_kept[row] = funded, 3, True
    stays.come_home(people, np.array([row]), year)
    assert people.programme[row] == (3 if keeps else -1)
    assert people.return_programme[row] == (3 if mode is Mode.FELLOWSHIP else -1)
    assert (people.region[row], people.mode[row], people.post_kept[row]) == (HOME, Mode.NONE, False)
    assert year.tally.returns[mode, 1] == year.tally.returns.sum() == 1


def test_no_move_of_a_family_is_supported_where_nothing_supports_it(history: BrainCirculation) -> None:
    model = history.fork().run_through(2027)
    assert model.tally.returns.sum() > 0
    assert "supported_family_move" not in model.tally.events
