"""What is said beside a ratio of the costs that it does not carry."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from commongoal.cli import main as command
from commongoal.pathway.files.programmes import read_programme
from commongoal.pathway.sessions.duck import DuckSession
from commongoal.valuation.engine.cost_limits import OF_NO_KIND, Paid, cost_limits, paid_of
from commongoal.valuation.engine.lines import Cost, Costs
from commongoal.valuation.engine.report.credited import lines_table
from commongoal.valuation.engine.results import Limit
from commongoal.valuation.engine.shown import shown
from commongoal.valuation.engine.terms import terms_of
from commongoal.valuation.engine.valuing import frame_of
from tests.engine.sample_valuation import sample

DAY = dt.date(2026, 3, 31)
COSTS = Costs({(0, 0): Cost(300.0), (0, None): Cost(50.0), (None, None): Cost(50.0), (1, 1): Cost(100.0)})


def limits(*paid: Paid, costs: Costs = COSTS) -> dict[str, Limit]:
    return {each.id: each for each in cost_limits(costs, paid)}


def test_a_provider_without_a_cost_is_named() -> None:
    found = limits(Paid("Lantern Works", DAY, None), Paid("Saltpan Lane Trust", DAY, DAY))["costs_missing"]
    assert found.warning
    assert found.text.startswith("No cost is recorded of Lantern Works: the value of its help is in")
    both = limits(Paid("Lantern Works", DAY, None), Paid("Saltpan Lane Trust", DAY, None))["costs_missing"]
    assert "Lantern Works and Saltpan Lane Trust: the value of their help" in both.text


@pytest.mark.parametrize(("late", "warning"), [(1, False), (92, False), (93, True)])
def test_costs_that_end_before_the_help_are_said_and_after_a_quarter_warned_of(late: int, warning: bool) -> None:
    ended = DAY - dt.timedelta(days=late)
    found = limits(Paid("Lantern Works", DAY, ended), Paid("Saltpan Lane Trust", DAY, DAY))["costs_late"]
    assert found.warning is warning
    assert f"Lantern Works ({ended.day} {ended:%B %Y})" in found.text
    assert "Saltpan" not in found.text


def test_nothing_is_said_where_the_costs_are_whole_or_there_are_none() -> None:
    whole = Costs({(0, 0): Cost(300.0)})
    stopped = Paid("Lantern Works", DAY - dt.timedelta(days=300), DAY - dt.timedelta(days=299))
    assert limits(stopped, Paid("Saltpan Lane Trust", DAY, DAY + dt.timedelta(days=1)), costs=whole) == {}
    assert limits(Paid("Lantern Works", DAY, None), costs=Costs({})) == {}


def test_cost_of_no_kind_is_said_with_its_part_and_under_the_tables_that_lack_it() -> None:
    found = limits()[OF_NO_KIND]
    assert found.text.startswith("£100 of cost (20%) is of no one kind of help")
    v = replace(sample(), limits=(found,))
    assert found.text in lines_table(v, "intervention").note
    assert found.text in lines_table(v, "segment").note
    assert found.text not in lines_table(v, "provider").note


def test_its_amount_is_hidden_with_the_money_of_any_line() -> None:
    v = replace(sample(), limits=tuple(limits().values()))
    assert not any(line.hidden for line in shown(v, least=1).lines)
    assert shown(v, least=1).limits == v.limits
    few = replace(v, lines=tuple(replace(line, people=3) if line.kind == "provider" else line for line in v.lines))
    hidden = shown(few)
    assert any(line.hidden for line in hidden.lines)
    assert hidden.limits[-1].text.startswith("Some cost is of no one kind of help")


def test_the_last_days_are_those_of_the_ledger(tmp_path: Path) -> None:
    assert command.run(["demo", "--out", str(tmp_path / "demo"), "--no-open", "--people", "200"]) == 0
    import duckdb

    ledger = tmp_path / "demo" / "ledger"
    programme = read_programme(tmp_path / "demo" / "marlhaven.toml")
    with DuckSession(ledger) as session:
        found = paid_of(session, frame_of(programme, terms_of(programme), DAY, session.dialect))
    last = dict(duckdb.sql(f"SELECT provider, max(to_on) FROM '{ledger}/costs.parquet' GROUP BY 1").fetchall())
    helped = {each for (each,) in duckdb.sql(f"SELECT DISTINCT provider FROM '{ledger}/support.parquet'").fetchall()}
    names = {each.id: each.name for each in programme.providers}
    assert [each.provider for each in found] == [name for key, name in names.items() if key in helped]
    assert {each.provider: each.paid for each in found} == {
        names[key]: last[key] - dt.timedelta(days=1) for key in helped
    }
    assert max(each.helped for each in found) == DAY
