"""The words of the model: what the small integer codes in the columns stand for.

Regions, fields of research and kinds of employers are not here: they are data of a country, named by its world. Of
regions code 0 is always home, and of kinds of employers, the tiers, code 0 is always the leading one.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np

Grade = Literal["V", "D", "S", "M", "A"]
"""What a number rests on: read in a source, derived from data, stated in a policy document, recalled, or assumed."""

HOME = 0
"""Region code of the focal country."""

LEADING = 0
"""Code of the tier whose doctorates have prestige, and where guaranteed return posts are."""

_HYPHENATED = frozenset({"FIXED_TERM", "TENURE_TRACK"})


class Coded(IntEnum):
    """A code stored in a column, with a label to read."""

    @cached_property
    def label(self) -> str:
        """Lower-case words, e.g. "tenure-track" or "between posts"."""
        return self.name.lower().replace("_", "-" if self.name in _HYPHENATED else " ")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:  # noqa: ANN401
        """Be a plain int in array arithmetic; as an enum, NumPy would widen a whole column of bytes to int64 first."""
        plain = [value._value_ if isinstance(value, Coded) else value for value in inputs]
        return getattr(ufunc, method)(*plain, **keywords)


class Stage(Coded):
    """Where a person is in a career."""

    DOCTORAL = 0
    POSTDOC = 1
    FIXED_TERM = 2
    TENURE_TRACK = 3
    PERMANENT = 4
    INDUSTRY = 5
    UNPLACED = 6  # between posts
    LEFT = 7  # out of research


RANKS = (Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)
"""The ranks of academic posts at home; rank r is stage r + 1."""


class Mode(Coded):
    """How a person is abroad."""

    NONE = 0  # not abroad
    DEGREE = 1  # studies for a degree
    FELLOWSHIP = 2  # paid by a programme
    TRANSFER = 3  # paid by the host
    VISIT = 4  # the home post is kept


GROUPS = frozenset(
    ("all", "faculty", "firms", "women", "foreign", "home origin", *(one.label for one in (*Stage, *Mode)))
)
"""Groups that stand in a table beside those named by data, so no region, field, tier or programme may be called so."""


class Sex(Coded):
    """Sex as the statistics record it."""

    WOMAN = 0
    MAN = 1


class Permit(Coded):
    """What lets a foreigner live at home."""

    NONE = 0  # of home origin, or not at home
    STUDENT = 1
    RESEARCHER = 2  # a post, or a job outside academia
    JOB_SEARCH = 3  # between posts
    PERMANENT = 4  # permanent residence


class Event(Coded):
    """What can happen to a person, as the chronicle records it."""

    FOUNDED = 0  # in the model from its first year
    ENTERED = 1  # began a doctorate
    GRADUATED = 2
    HIRED = 3
    RENEWED = 4
    CONTRACT_ENDED = 5
    DEPARTED = 6  # left home for another region
    RETURNED = 7  # came back home
    ARRIVED = 8  # came in from elsewhere
    LEFT = 9  # left research
    VISITED = 10  # abroad for a while, home post kept
    AWARDED = 11  # won a place in a programme
    RETIRED = 12
