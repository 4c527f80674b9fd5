"""Doctorates end: students finish, some give up, and graduates go back to a job or look for a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import HOME, where
from sim.engine.draws import keys_of_year
from sim.engine.hashing import one_uniform
from sim.engine.layout import record
from sim.instruments.programmes import stipend_premium
from sim.population.columns import Attributes, over_people
from sim.process.contracts import lose_post
from sim.process.exits import leave
from sim.rules.studies import finishes_doctorate, gives_up_doctorate, share_with_stipend
from sim.vocabulary import LEADING, Event, Stage
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Rows
    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.year import Year


def finish(people: Columns, year: Year) -> None:
    """Doctorates end: graduates at home go back to a job or look for a post, those abroad look around at the host."""
    new, gives_up = _studies(people, year.number, keys_of_year(year.number), _held(year), year.parameters.record)
    leave(people, gives_up, Event.LEFT, year)
    year.chronicle.note(year.number, Event.GRADUATED, people, new, "region")
    no_tier = year.world.no_tier
    looking = _graduate(people, new, year.number, no_tier, year.tally.graduates)
    lose_post(people, looking, year.number, no_tier)


@kept_by_levers
def _held(year: Year) -> Record:
    """Shares of doctoral students on a stipend who finish, and who give up."""
    p, premium = year.parameters, np.float32(stipend_premium(year))
    return record(
        completion=share_with_stipend(np.float32(p.completion), np.float32(p.stipend_completion), premium),
        dropout=share_with_stipend(np.float32(p.dropout), np.float32(p.stipend_dropout), premium),
    )


@over_people
def _studies(people: Attributes, year: int, keys: Record, held: Record, p: Record) -> tuple[Rows, Rows]:
    """Rows of doctoral students who finish, and of others who give up. held: the shares of those on a stipend."""
    n = len(people.stage)
    student = np.empty(n, np.bool_)
    for i in range(n):
        student[i] = people.stage[i] == Stage.DOCTORAL
    rows = where(student)
    finished, gives_up = np.empty(len(rows), np.bool_), np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        who = U64(rows[k])
        least = p.least_study if people.region[who] == HOME else p.least_study_abroad
        completion = p.completion_working if people.working[who] else p.completion
        completion = held.completion if people.stipend[who] else completion
        dropout = held.dropout if people.stipend[who] else p.dropout
        studied, word = year - people.start_year[who], people.draw_key[who]
        draw = one_uniform(word, keys.GRADUATION)
        finished[k] = finishes_doctorate(studied, least, people.post_kept[who], draw, completion)
        gives_up[k] = gives_up_doctorate(finished[k], one_uniform(word, keys.DROPOUT), dropout)
    return rows[where(finished)], rows[where(gives_up)]


@over_people
def _graduate(people: Attributes, rows: Rows, year: int, no_tier: int, graduates: NDArray[np.int64]) -> Rows:
    """Doctorates are taken; those of home are added to graduates, (home origin, foreign). Returns the rows of those who
    look for a post at home.
    """
    looking, found = np.empty(len(rows), np.intp), 0
    for row in rows:
        i = U64(row)
        people.degree_year[i] = year
        people.degree_region[i] = people.region[i]
        people.stipend[i] = 0
        if people.region[i] != HOME:  # a first contract with the host is over at once: they look around
            people.degree_tier[i] = LEADING
            people.stage[i] = Stage.POSTDOC
            people.start_year[i] = year
            people.contract_end[i] = year - 1
            continue
        people.degree_tier[i] = people.tier[i]
        graduates[0 if people.origin[i] == HOME else 1] += 1
        if people.working[i]:
            people.stage[i] = Stage.INDUSTRY
            people.tier[i] = no_tier
            people.start_year[i] = year
        else:
            looking[found] = row
            found += 1
    return looking[:found]
