"""Periods of the same thing made to follow one another: the later begins where the earlier ends."""

import numpy as np

from commongoal.pathway.engine.casework_rows import Integers, LeftOut, latest_end, ordered, runs

ALL_TOLD = "a period of which all days were told already"
CUT = "the first days of a period, which were told already"
BACKWARDS = "a period that ends before it begins"


def without_overlaps(
    at: Integers, groups: tuple[Integers, ...], start: Integers, end: Integers, person: Integers, left: LeftOut
) -> tuple[Integers, Integers, Integers]:
    """Of the rows at these places: those that stay, their first days, and the first days after their last.

    Rows are of one thing where they agree in all `groups`. Days told by two stay with the one that began first.
    """
    forward = end[at] > start[at]
    left.keep(forward, BACKWARDS, person[at])
    at = at[forward]
    at = at[ordered(end[at], start[at], *(group[at] for group in groups))]
    before = latest_end(runs(*(group[at] for group in groups)), end[at])
    begins = np.maximum(start[at], before)
    stays = begins < end[at]
    left.keep(stays, ALL_TOLD, person[at])
    left.keep((begins == start[at]) | ~stays, CUT, person[at])
    return at[stays], begins[stays], end[at][stays]
