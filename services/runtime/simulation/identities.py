"""Identity numbers that pass every check and belong to nobody alive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from stdnum.cn import ric, uscc

_PLACE: Final = "422823"
"""A division that exists: the check looks it up."""
_FIRST: Final = date(1900, 1, 1)
_DAYS: Final = 1800
"""Nobody born on one of them is alive, so the number is nobody's today."""
_A_DAY: Final = 999
_BODIES: Final = 31**5
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NUMBERS: Final = _DAYS * _A_DAY
"""How many different residents there are."""


def resident_number(ordinal: int) -> str:
    """Give the identity number of the `ordinal`th resident; another for each below `NUMBERS`."""
    day, place = divmod(ordinal % NUMBERS, _A_DAY)
    born = _FIRST + timedelta(days=day)
    number = f"{_PLACE}{born:%Y%m%d}{place + 1:03d}"
    return f"{number}{ric.calc_check_digit(number + '0')}"


def credit_code(ordinal: int) -> str:
    """Give the unified social credit code of the `ordinal`th body. Its division is not assigned."""
    rest, code = ordinal % _BODIES, ""
    for _ in range(5):
        rest, place = divmod(rest, 31)
        code = _ALPHABET[place] + code
    number = f"91422899MA5{code}0"
    return f"{number}{uscc.calc_check_digit(number)}"
