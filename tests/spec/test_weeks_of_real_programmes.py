"""Weeks in work by the rules of real programmes: those that a window can say give the answers that were worked by hand.

The rules and the cases stand in the shared facts and are read there. What a window cannot say is listed here by
outcome, and told in `docs/explanation/differences.md`; a rule that is in neither list fails the test.
"""

import datetime as dt
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from commongoal.pathway.engine.programme import Window
from commongoal.pathway.engine.weeks import Counted, Span, weeks_counted
from commongoal.pathway.files.minimum_wage import minimum_wage
from commongoal.pathway.files.programmes import common_casework

FIRST = dt.date(2026, 2, 1)
WEEK = dt.timedelta(weeks=1)
LONG_AFTER = FIRST + 150 * WEEK
DIFFERENCES = "docs/explanation/differences.md"

EARNINGS, DAYS, MONTHS, PAY = "money earned", "days counted one by one", "calendar months", "the level of pay"
CANNOT = {
    "whp: outcome": EARNINGS,
    "whp: outcome_self_employed": DAYS,
    "ipes: lower_threshold": EARNINGS,
    "ipes: higher_threshold": EARNINGS,
    "restart: first_earnings": EARNINGS,
    "restart: job_outcome": EARNINGS,
    "restart: job_outcome_self_employed": MONTHS,
    "ipspc: baseline_threshold": PAY,  # the weeks and hours of it can
}
"""Outcomes whose rule a window cannot say in full, by programme and outcome, and what of them it cannot."""
WORDS = (EARNINGS, DAYS, MONTHS, PAY, "counted again and again", "hours of the first day", "the first job alone")


@pytest.fixture(scope="session")
def text(shared: Path) -> str:
    return (shared / "peers" / "tariffs.yaml").read_text(encoding="utf-8")


def programme(text: str, name: str) -> str:
    """The part of the tariffs that is about one programme."""
    return next(part for part in re.split(r"\n(?=- id: )", text) if re.match(rf"- id: {name}\b", part))


def pairs(line: str) -> dict[str, Any]:
    """The numbers and words of a line such as ``{id: w13, weeks: 13}``."""
    found = re.findall(r"(\w+): (?:\"([^\"]*)\"|([^,{}\[\]]+))", line)
    return {key: quoted or (int(plain) if plain.isdigit() else plain) for key, quoted, plain in found}


def outcomes(part: str) -> dict[str, dict[str, Any]]:
    """The outcomes and metrics of a programme, by id."""
    rows = [pairs(line) for line in re.findall(r"^  - (\{id: .*\})", part, re.MULTILINE)]
    rows += [pairs(line) | {"id": key} for key, line in re.findall(r"^  (outcome\w*): (\{.*)", part, re.MULTILINE)]
    return {row["id"]: row for row in rows}


def expected(text: str, case: str) -> str:
    """What the worked case expects, as it is written."""
    found = re.search(rf"id: {case}, .* expect: (.*)\}}\n", text)
    assert found, f"no case {case}"
    return found[1]


def window(weeks: int, of_weeks: int, hours: float = 0, under: float | None = None) -> Window:
    return Window(id="w", name="Weeks", weeks=weeks, of_weeks=of_weeks, hours=hours, under_hours=under)


def job(first: int, weeks: int | None, hours: float, days: int = 0) -> Span:
    """A job from the beginning of a week, counted from `FIRST`, for so many weeks and days."""
    end = None if weeks is None else FIRST + (first + weeks) * WEEK + dt.timedelta(days=days)
    return Span(FIRST + first * WEEK, end, Fraction(str(hours)))


def counted(rule: Window, *jobs: Span, on: dt.date = LONG_AFTER) -> Counted:
    found = weeks_counted(jobs, rule, on)
    assert found
    return found


def with_break(rule: Window, idle: int, hours: float) -> Counted:
    """Just as many weeks as the rule asks for, broken once in the middle for so many weeks."""
    half = rule.weeks // 2
    return counted(rule, job(0, half, hours), job(half + idle, rule.weeks - half, hours))


def test_fair_start_scotland(text: str) -> None:
    part = programme(text, "fair_start_scotland")
    hours = int(re.search(r"min_hours_per_week: (\d+)", part)[1])  # type: ignore[index]
    rules = {
        key: window(row["weeks"], row["window_weeks"], hours)
        for key, row in outcomes(part).items()
        if key in ("w13", "w26", "w52")
    }
    assert {key: (rule.weeks, rule.of_weeks) for key, rule in rules.items()} == {
        "w13": (13, 16),
        "w26": (26, 30),
        "w52": (52, 60),
    }
    for key, rule in rules.items():
        spare = rule.of_weeks - rule.weeks
        assert with_break(rule, spare, hours).met, key
        assert not with_break(rule, spare + 1, hours).met, key
        assert not with_break(rule, 0, hours - 0.5).met, key
    met, short = with_break(rules["w13"], 3, hours), counted(rules["w13"], job(0, 13, 15.5))
    assert (expected(text, "T07"), met.met) == ("w13_met", True)
    assert met.met_on == FIRST + 16 * WEEK - dt.timedelta(days=1)
    assert (expected(text, "T09"), short.met) == ("w13_not_met", False)


def test_two_jobs_reach_the_sixteen_hours_together(text: str) -> None:
    """A floor of hours is one of the week, not of the job: 9 hours and 7 are 16."""
    part = programme(text, "fair_start_scotland")
    hours = int(re.search(r"min_hours_per_week: (\d+)", part)[1])  # type: ignore[index]
    rule = window(13, 16, hours)
    assert counted(rule, job(0, 13, 9), job(0, 13, 7)).met
    assert not counted(rule, job(0, 13, 9), job(1, 12, 7)).met


def test_individual_placement_in_primary_care(text: str) -> None:
    rows = outcomes(programme(text, "ipspc"))
    base, flag = rows["baseline_threshold"], rows["sixteen_hours_flag"]
    rule = window(base["weeks"], base["window_weeks"], base["min_hours_per_week"])
    sixteen = window(base["weeks"], base["window_weeks"], flag["min_hours_per_week"])
    found = (with_break(rule, 3, 7).met, with_break(sixteen, 3, 7).met)
    assert (expected(text, "T10"), found) == ("baseline_met_flag16_false", (True, False))
    ours = {each.id: each for each in common_casework().windows}["thirteen"]
    assert (ours.weeks, ours.of_weeks, ours.hours) == (13, 16, 7), "our own default is this rule"


def test_few_hours_and_many_are_two_outcomes(text: str) -> None:
    rows = outcomes(programme(text, "mhep_sib"))
    few, many = rows["sustain_under_16h"], rows["sustain_16h_plus"]
    under = window(few["weeks"], few["weeks"], 0, few["max_hours_exclusive"])
    over = window(many["weeks"], many["weeks"], many["min_hours"])
    for hours, met in ((4, (True, False)), (15.5, (True, False)), (16, (False, True)), (30, (False, True))):
        assert (counted(under, job(0, 13, hours)).met, counted(over, job(0, 13, hours)).met) == met, hours
    grown = (job(0, 6, 10), job(6, 7, 20))  # thirteen weeks in work, of neither kind
    assert not counted(under, *grown).met
    assert not counted(over, *grown).met


def test_the_work_programme_counts_weeks_whenever_they_fall(text: str) -> None:
    part = programme(text, "work_programme")
    weeks = {int(each) for each in re.findall(r"job_outcome_weeks: (\d+)", part)}
    longest = int(re.search(r"max_time_on_programme_weeks: (\d+)", part)[1])  # type: ignore[index]
    period = int(re.search(r"period_weeks: (\d+)", part)[1])  # type: ignore[index]
    assert (weeks, longest, period) == ({13, 26}, 104, 4)
    for each in weeks:
        rule = window(each, longest)
        assert with_break(rule, longest - each, 1).met
        assert not with_break(rule, longest - each + 1, 1).met
    whole = window(period, period)
    assert counted(whole, job(0, 4, 1)).met
    assert counted(whole, job(0, 2, 1, days=3), job(2, 2, 1, days=0)).met, "from job to job without a day between"
    assert not with_break(whole, 1, 1).met


def test_six_months_without_a_break_are_twenty_six_weeks_of_as_many(text: str) -> None:
    assert "continuous_employment_6_months" in programme(text, "troubled_families_phase1")
    assert counted(window(26, 26), job(0, 26, 1)).met
    assert not with_break(window(26, 26), 1, 1).met


def test_the_illustrative_tariff(text: str) -> None:
    found = re.findall(r"(\d+) of (\d+) weeks at >= (\d+)h", programme(text, "illustrative_stage_tariff"))
    assert len(found) == 2
    for weeks, of_weeks, hours in (map(int, each) for each in found):
        rule = window(weeks, of_weeks, hours)
        assert with_break(rule, of_weeks - weeks, hours).met
        assert not with_break(rule, of_weeks - weeks + 1, hours).met


def test_somebody_supported_into_work_is_counted_once(text: str) -> None:
    """Three paid hours are no start, twenty a month later are: a window of one week of one."""
    least = int(re.search(r"min_paid_hours: (\d+)", programme(text, "ips_grow_reporting"))[1])  # type: ignore[index]
    started = counted(window(1, 1, least), job(0, 4, 3), job(4, None, 20), on=FIRST + 6 * WEEK)
    assert "supported_into_work: 1" in expected(text, "T22")
    assert (started.met, started.start) == (True, dt.date(2026, 3, 1))
    assert not counted(window(1, 1, least), job(0, 4, 3), job(4, None, 20), on=FIRST + 4 * WEEK).met


def test_every_rule_about_work_is_said_by_a_window_or_listed(text: str) -> None:
    """What a window cannot say is told to the reader; a programme that comes new must be looked at."""
    timed = ("cumulative_", "weeks", "months_", "any_earnings")
    found = set()
    for name in re.findall(r"^- id: (\w+)", text, re.MULTILINE):
        for key, row in outcomes(programme(text, name)).items():
            kind = str(row.get("kind", ""))
            if kind.startswith(timed) or "weeks" in row:
                found.add(f"{name}: {key}")
    said = {
        *(f"fair_start_scotland: {key}" for key in ("w13", "w26", "w52")),
        *(f"work_programme: PG{group}" for group in range(1, 8)),
        *(f"mhep_sib: {key}" for key in ("sustain_under_16h", "sustain_16h_plus")),
    }
    assert found == said | CANNOT.keys()


def test_the_reader_is_told_what_a_window_cannot_say(root: Path) -> None:
    page = (root / DIFFERENCES).read_text(encoding="utf-8")
    assert [words for words in WORDS if words not in page] == []


def test_the_wage_of_adults_is_that_of_the_thresholds(text: str) -> None:
    """The thresholds of earnings are hours times weeks times this wage; they agree to the penny."""
    part = text[text.index("\nminimum_wage_adult_rate:") :]
    rates = {
        dt.date.fromisoformat(day): Fraction(rate) for day, rate in re.findall(r"\{from: (\S+), rate: ([\d.]+)", part)
    }
    ours = {each.from_on: Fraction(str(each.rates[-1].amount)) for each in minimum_wage().periods}
    assert ours.keys() <= rates.keys()
    assert {day: rates[day] for day in ours} == ours
    thresholds = re.findall(r"rate_from: (\S+), h8_w26: ([\d.]+), h16_w26: ([\d.]+)", part)
    assert len(thresholds) == 3
    for day, eight, sixteen in thresholds:
        rate = ours[dt.date.fromisoformat(day)]
        assert (8 * 26 * rate, 16 * 26 * rate) == (Fraction(eight), Fraction(sixteen)), day
