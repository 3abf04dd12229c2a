"""Editions for tests: the entry of a file that says of its figures what the test needs."""

import datetime as dt
from dataclasses import replace

from commongoal.places.engine.observations import Edition, Perturbation, Series

PLAIN = Edition(
    dataset="claimant-count",
    title="Claimant count",
    source="Office for National Statistics",
    table="Claimant count by sex and age",
    licence="Open Government Licence v3.0",
    layout="tidy",
    file="claimants.csv",
    digest="0" * 64,
    fetched_on=dt.date(2023, 11, 1),
    vintages=(("ward", "2022"),),
    rounding=0.0,
    perturbation=Perturbation.NONE,
    noise=None,
    series=(Series("total", "Claimants", "people"),),
    first=dt.date(2023, 9, 1),
    last=dt.date(2023, 10, 1),
    rows=22,
    name="claimant-count-2023-11-01-1",
)
ROUNDED = replace(PLAIN, rounding=5.0, name="rounded")
NOISY = replace(PLAIN, perturbation=Perturbation.NOISE, noise=2.0, name="noisy")
PERTURBED = replace(PLAIN, perturbation=Perturbation.NOISE, name="perturbed")
NOT_STATED = replace(PLAIN, rounding=None, name="not stated")
