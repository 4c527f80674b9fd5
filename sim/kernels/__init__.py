"""The inner loops of the model, compiled by Numba: one person after the other, no temporary columns.

Every kernel computes a rule that the room calling it owns and describes; here it is written as a loop. Numbers, tables
and keys of draws come in as arguments, so this package knows the code of no stage and no parameter. That matters:
compiled code is kept on disk until this package changes, and would not notice a change elsewhere.

Logarithm, exponential and cosine are polynomials in float32, right to about one unit in the last place. They are
compiled to vector instructions, and give the same bits on every machine, however the people are sliced.

Rows are looked up as unsigned (`U64`): of signed ones it is asked every time whether they count from the end.

At the bottom are `compiler`, `arithmetic`, `draws` and `columns`, each knowing only those before it; every other module
is one subject, and knows only these.
"""

from sim.kernels.applying import best_first, wishes
from sim.kernels.awards import eligible
from sim.kernels.census import (
    head_count_of_paid,
)
from sim.kernels.choosing import industry_offer, offer, reach
from sim.kernels.hiring import hiring_score, hiring_scores, past_work
from sim.kernels.moves import hired_from, take_up
from sim.kernels.search import consider, taken
from sim.kernels.utility import (
    best_option,
    best_region,
    better_of_each,
    going_on_abroad,
    life_abroad,
    life_at_home,
    prospects,
)

__all__ = [
    "best_first",
    "best_option",
    "best_region",
    "better_of_each",
    "consider",
    "eligible",
    "going_on_abroad",
    "head_count_of_paid",
    "hired_from",
    "hiring_score",
    "hiring_scores",
    "industry_offer",
    "life_abroad",
    "life_at_home",
    "offer",
    "past_work",
    "prospects",
    "reach",
    "take_up",
    "taken",
    "wishes",
]
