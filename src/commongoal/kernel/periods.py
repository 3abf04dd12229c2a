"""Months that are exact in integers.

A month is 487/16 days (30.4375, a twelfth of a Julian year), so day d stands at ``t = 16 d / 487`` months. Everything
that counts time keeps ``16 d`` and 487 apart and never rounds (method.md section 3, Words).
"""

DAYS_NUMERATOR = 487
DAYS_DENOMINATOR = 16


def months(days: float) -> float:
    """Days as months: ``16 d / 487``."""
    return DAYS_DENOMINATOR * days / DAYS_NUMERATOR


def first_day(month: int) -> int:
    """The first whole day that stands in grid month `month`: ``ceil(487 m / 16)``."""
    return -(-DAYS_NUMERATOR * month // DAYS_DENOMINATOR)


def last_day(horizon: int) -> int:
    """The last whole day that is not after `horizon` months: ``floor(487 H / 16)``."""
    return DAYS_NUMERATOR * horizon // DAYS_DENOMINATOR
