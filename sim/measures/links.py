"""What joins home to other regions, and who is at home by field, sex and origin: one pass over the people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.market.gate import gate_of
from sim.population.columns import Attributes, over_people
from sim.vocabulary import HOME, Sex, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

NEW_DOCTORATES: Final = 6
"""Years, that of the degree included, in which doctorates of home count as new."""
_BLOCK: Final = 8192  # people whose kinds are worked out before they are counted, so that they stay in the cache
_PERMANENT, _LEFT, _WOMAN = int(Stage.PERMANENT), int(Stage.LEFT), int(Sex.WOMAN)


class Links(NamedTuple):
    """Of the people at the end of a year, simulated.

    here: (stages, fields, 2, regions) people at home, by whether they are women and by origin. ties: (fields, regions)
    foreign ties of those of them in study or an academic post, by the region of most of them. careers: (stages + 1,)
    people with a new doctorate of home, by stage, and those who are abroad. doctorates: (fields, 2) those of this year,
    by whether they are of women. joined: (3, regions) ties and foreigners at home, those that the gate lets work
    together, and the sensitive ones that no screening refuses.
    """

    here: NDArray[np.int64]
    ties: NDArray[np.float64]
    careers: NDArray[np.int64]
    doctorates: NDArray[np.int64]
    joined: NDArray[np.float64]


def count(people: Columns, year: Year) -> Links:
    """Count a year that is over."""
    fields, regions = len(year.world.fields), len(year.world.regions)
    here, ties = np.zeros((4, len(Stage) * fields * 2 * regions + 1), np.int64), np.zeros((fields, regions))
    careers, doctorates = np.zeros(len(Stage) + 1, np.int64), np.zeros((fields, 2), np.int64)
    _count(people, year.number, fields, regions, here, ties, careers, doctorates)
    at_home = here.sum(axis=0)[:-1].reshape(len(Stage), fields, 2, regions)
    return Links(at_home, ties, careers, doctorates, _joined(at_home, ties, year))


@over_people
def _count(
    people: Attributes,
    year: int,
    fields: int,
    regions: int,
    here: NDArray[np.int64],
    ties: NDArray[np.float64],
    careers: NDArray[np.int64],
    doctorates: NDArray[np.int64],
) -> None:
    """Add everyone to here, (4, cells + 1), whose rows are to be added up and whose last cell is of those abroad, and
    to the others.
    """
    number, nowhere, last = len(people.stage), np.uint16(here.shape[1] - 1), np.int16(year - NEW_DOCTORATES)
    kind, follow = np.empty(_BLOCK, np.uint16), np.empty(_BLOCK, np.bool_)
    some, many = np.uint16(fields), np.uint16(regions)
    for start in range(0, number, _BLOCK):
        size = min(_BLOCK, number - start)
        for k in range(size):  # a loop of its own, so that it is compiled to vector instructions
            i = U64(start + k)
            cell = np.uint16(people.stage[i]) * some + np.uint16(people.field[i])
            cell = (cell * np.uint16(2) + np.uint16(people.sex[i] == _WOMAN)) * many + np.uint16(people.origin[i])
            kind[k] = cell if people.region[i] == HOME else nowhere
            follow[k] = (people.degree_year[i] > last) & (people.degree_region[i] == HOME)
        for k in range(size):
            i = U64(start + k)
            here[U64(k & 3), U64(kind[k])] += 1
            if (people.region[i] == HOME) & (people.stage[i] <= _PERMANENT):
                ties[people.field[i], people.tie_region[i]] += people.ties_abroad[i]
        for k in where(follow[:size]):
            i = U64(start + k)
            careers[people.stage[i] if people.region[i] == HOME else len(careers) - 1] += 1
            if people.degree_year[i] == year:
                doctorates[people.field[i], np.uint8(people.sex[i] == _WOMAN)] += 1


def _joined(here: NDArray[np.int64], ties: NDArray[np.float64], year: Year) -> NDArray[np.float64]:
    """See `Links`."""
    foreign = here[: Stage.PERMANENT + 1].sum(axis=(0, 2)).astype(np.float64)
    links = foreign + ties
    links[:, HOME] = 0
    gate = gate_of(year)
    if gate is not None:
        return np.stack([links, links * gate.joint, links * gate.joint * gate.unscreened]).sum(axis=1)
    sensitive = year.world.positions.along("field", year.world.fields, "sensitive_share")
    return np.stack([links, links, links * sensitive[:, None]]).sum(axis=1)
