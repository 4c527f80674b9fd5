"""Units as data declare them: `years`, `million {currency}/yr`, with the code of the country's money in its place."""

from __future__ import annotations

import re
from functools import cache

CURRENCY = "{currency}"
"""Stands in a declared unit where the code of the country's currency does."""

SHOWN = "XXX"
"""Stands for that code in a sentence that is said before a country is known."""

_CODE = "([A-Z]{3})"
_REMARK = "(?: (?!per ).*)?"  # what is said after the unit, which makes no other one of it


def fits(declared: str, given: str, *, remark: bool = True) -> bool:
    """Whether a unit that was given is the declared one, in any currency. remark: whether words may follow it.

    >>> fits("million {currency}/yr", "million USD/yr"), fits("years", "years of service"), fits("years", "months")
    (True, True, False)
    """
    return _form(declared, remark).fullmatch(given) is not None


def currency_in(declared: str, given: str) -> str:
    """The code of the currency in a unit that fits; empty for one without money."""
    found = _form(declared, remark=True).fullmatch(given)
    return found[1] if found is not None and CURRENCY in declared else ""


def shown(declared: str, currency: str = SHOWN) -> str:
    """A declared unit as a sentence says it.

    >>> shown("million {currency}/yr")
    'million XXX/yr (XXX: the code of the country\'s currency)'
    """
    said = declared.replace(CURRENCY, currency)
    explained = CURRENCY in declared and currency == SHOWN
    return f"{said} ({SHOWN}: the code of the country's currency)" if explained else said


@cache
def _form(declared: str, remark: bool) -> re.Pattern[str]:
    return re.compile(re.escape(declared).replace(re.escape(CURRENCY), _CODE) + (_REMARK if remark else ""))
