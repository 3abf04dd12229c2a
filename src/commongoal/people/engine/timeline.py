"""What happened to a person, as dated events; each part tells its own, and a page merges them."""

import datetime as dt
from dataclasses import dataclass

from commongoal.people.engine.vocabulary import DataClass


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One thing that happened: the day, in words, by which organisation, and the class of data it belongs to."""

    on: dt.date
    title: str
    detail: str = ""
    organisation: str = ""
    who: str = ""
    data_class: DataClass = DataClass.PROGRESS
