"""The minimum wage of an age on a day, and what a job pays an hour."""

import datetime as dt
from calendar import monthrange
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pydantic import Field, field_validator

from commongoal.pathway.engine.casework import PayPeriod
from commongoal.pathway.engine.programme import Part

MONTHS = 12
FRIDAY = 5  # of a week that begins on Monday


class WageRate(Part):
    """Pounds an hour from an age on, and whether somebody has checked the figure."""

    age_from: int
    amount: float = Field(gt=0)
    verified: bool


class WagePeriod(Part):
    """The rates from a day until those of the next period."""

    from_on: dt.date
    apprentice: float = Field(gt=0)
    apprentice_verified: bool
    rates: tuple[WageRate, ...] = Field(min_length=1)

    @field_validator("rates")
    @classmethod
    def _by_age(cls, rates: tuple[WageRate, ...]) -> tuple[WageRate, ...]:
        ages = [rate.age_from for rate in rates]
        if ages != sorted(set(ages)):
            raise ValueError("rates are in the order of age, each age once")
        return rates

    def rate(self, age: int) -> WageRate | None:
        """The rate for somebody of this age; none below the youngest."""
        return next((rate for rate in reversed(self.rates) if rate.age_from <= age), None)


class School(Part):
    """Until when nobody has a minimum wage: the last Friday of a month of the school year in which they come of age."""

    leaving_age: int
    year_begins_month: int = Field(ge=1, le=12)
    ends_month: int = Field(ge=1, le=12)
    source: str

    def last_day(self, born_on: dt.date) -> dt.date:
        """The last day on which somebody born that day is still of school age."""
        ends_in = born_on.year + self.leaving_age + (born_on.month >= self.year_begins_month)
        last = dt.date(ends_in, self.ends_month, monthrange(ends_in, self.ends_month)[1])
        return last - dt.timedelta(days=(last.isoweekday() - FRIDAY) % 7)


class MinimumWage(Part):
    """The rates over the years, the earliest first."""

    source: str
    checked_on: dt.date
    look_again_on: dt.date
    school: School
    weeks_a_year: int = Field(gt=0)
    weeks_source: str
    periods: tuple[WagePeriod, ...] = Field(min_length=1)

    @field_validator("periods")
    @classmethod
    def _in_order(cls, periods: tuple[WagePeriod, ...]) -> tuple[WagePeriod, ...]:
        days = [period.from_on for period in periods]
        if days != sorted(set(days)):
            raise ValueError("periods are in the order of their first days, each day once")
        return periods

    def period(self, on: dt.date) -> WagePeriod | None:
        """The period that a day is in; none before the first."""
        return next((period for period in reversed(self.periods) if period.from_on <= on), None)


class Standing(StrEnum):
    """How pay stands to the minimum wage."""

    ENOUGH = "at or over the minimum wage"
    BELOW = "under the minimum wage"
    NO_AGE = "not checked, because the date of birth is not known"
    NO_RATE = "not checked, because there is no minimum wage for that age and day here"
    AT_SCHOOL = "not checked, because nobody has a minimum wage before they may leave school"
    NOT_DUE = "not checked, because the minimum wage is not for self-employment"


class Check(Part):
    """What came of holding pay against the minimum wage: pounds an hour, rounded down to the penny.

    `verified` is whether somebody has checked the minimum, and the apprentice's, that the pay was held against.
    """

    standing: Standing
    hourly: Decimal
    minimum: Decimal | None = None
    apprentice: Decimal | None = None
    age: int | None = None
    verified: bool = True


def hourly_pay(pay_pence: int, period: PayPeriod, weekly_hours: Decimal, weeks_a_year: int) -> Fraction:
    """Pence an hour, exactly; `weekly_hours` is more than 0."""
    hours = Fraction(weekly_hours)
    of_period = {
        PayPeriod.HOUR: Fraction(1),
        PayPeriod.WEEK: hours,
        PayPeriod.FORTNIGHT: 2 * hours,
        PayPeriod.MONTH: hours * weeks_a_year / MONTHS,
        PayPeriod.YEAR: hours * weeks_a_year,
    }
    return Fraction(pay_pence) / of_period[period]


def age_on(born_on: dt.date, on: dt.date) -> int:
    """Whole years of age on a day; somebody born on 29 February has their birthday on 1 March of other years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def check_pay(
    table: MinimumWage,
    *,
    pay_pence: int,
    period: PayPeriod,
    weekly_hours: Decimal,
    on: dt.date,
    born_on: dt.date | None,
    self_employed: bool = False,
) -> Check:
    """The pay of a job held against the minimum wage of that age on its first day.

    That day is the first of what they are paid for, so its rate is the one due. A birthday or a new rate later on asks
    for more from the next pay period on, which nobody is told of here.
    """
    pence = hourly_pay(pay_pence, period, weekly_hours, table.weeks_a_year)
    hourly = Decimal(pence.numerator // pence.denominator) / 100
    if self_employed:
        return Check(standing=Standing.NOT_DUE, hourly=hourly)
    if born_on is None:
        return Check(standing=Standing.NO_AGE, hourly=hourly)
    age, rates = age_on(born_on, on), table.period(on)
    rate = rates.rate(age) if rates else None
    if rates is None or rate is None:
        return Check(standing=Standing.NO_RATE, hourly=hourly, age=age)
    if on <= table.school.last_day(born_on):
        return Check(standing=Standing.AT_SCHOOL, hourly=hourly, age=age)
    minimum = Decimal(str(rate.amount))
    standing = Standing.BELOW if pence < Fraction(minimum) * 100 else Standing.ENOUGH
    return Check(
        standing=standing,
        hourly=hourly,
        minimum=minimum,
        apprentice=Decimal(str(rates.apprentice)),
        age=age,
        verified=rate.verified and rates.apprentice_verified,
    )
