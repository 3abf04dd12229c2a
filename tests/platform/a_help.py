"""What happens in a history beside the moves: support, work, assessments and costs."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from commongoal.access.engine.permissions import Role
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import assessing, spending, supporting, working
from commongoal.pathway.engine.casework import CostBasis, PayPeriod
from commongoal.pathway.engine.costs import CostDetails
from commongoal.pathway.engine.jobs import JobDetails
from tests.platform.a_log import Log, noon

AREAS = ("work", "skills", "health")
EMPLOYERS = ("Harbour Care", "The Bakery", "Dock 7 Ltd")


class Helped(Log):
    """The deeds of those who help, and of those who pay for it."""

    # --- support

    def support(self) -> None:
        person, (name, by) = self.one(), self.helper()
        said = {"intervention": self.draw.choice(("advice", "coaching")), "from_on": self.day(), "contract": "C1"}
        same = {"by": by, "at": noon(self.today)}
        pk = supporting.begin_support(**same, person=person, programme=self.programme, **said)
        self.sheets[person].support[pk] = said | {"to_on": None, "by": name}

    def end_support(self) -> None:
        person, end = self.one("support"), self.day()
        pk, sheet = self.some(person, "support")
        supporting.end_support(**self.same, person=person, support=pk, to_on=end)
        sheet[pk]["to_on"] = end

    def correct_support(self) -> None:
        person = self.one("support")
        old, sheet = self.some(person, "support")
        said = {"intervention": self.draw.choice(("advice", "coaching")), "from_on": self.day(), "contract": ""}
        said["to_on"] = self.draw.choice((None, self.today))
        pk = supporting.correct_support(**self.same, person=person, support=old, **said)
        del sheet[old]
        sheet[pk] = said | {"by": "council"}

    def withdraw_support(self) -> None:
        person = self.one("support")
        old, sheet = self.some(person, "support")
        supporting.withdraw_support(**self.same, person=person, support=old, why="A slip")
        del sheet[old]

    # --- work and assessments

    def job(self) -> None:
        person, details = self.one(), self._job()
        pk = working.record_job(**self.same, person=person, programme=self.programme, details=details)
        self.sheets[person].jobs[pk] = details

    def end_job(self) -> None:
        person, end = self.one("jobs"), self.day()
        pk, sheet = self.some(person, "jobs")
        working.end_job(**self.same, person=person, job=pk, to_on=end, why="It ended")
        sheet[pk] = replace(sheet[pk], to_on=end)

    def correct_job(self) -> None:
        person, details = self.one("jobs"), self._job()
        old, sheet = self.some(person, "jobs")
        pk = working.correct_job(**self.same, person=person, job=old, details=details)
        del sheet[old]
        sheet[pk] = details

    def withdraw_job(self) -> None:
        person = self.one("jobs")
        pk, sheet = self.some(person, "jobs")
        working.withdraw_job(**self.same, person=person, job=pk, why="A slip")
        del sheet[pk]

    def _job(self) -> JobDetails:
        alone = self.draw.random() < 0.2
        return JobDetails(
            from_on=self.day(),
            weekly_hours=Decimal(self.draw.choice(("7.5", "16", "37"))),
            pay_pence=1500,
            pay_period=PayPeriod.HOUR,
            occupation="Care assistant",
            evidence_kind=self.draw.choice(("payslip", "none_yet")),
            employer="" if alone else self.draw.choice(EMPLOYERS),
            self_employed=alone,
        )

    def assess(self) -> None:
        person, on, levels = self.one(), self.day(), self._levels()
        given = {"on": on, "levels": levels, "notes": {}, "token": self._token()}
        pk = assessing.record_assessment(**self.same, person=person, programme=self.programme, **given)
        self.sheets[person].assessed[pk] = (on, levels)

    def correct_assessment(self) -> None:
        person, on, levels = self.one("assessed"), self.day(), self._levels()
        old, sheet = self.some(person, "assessed")
        given = {"on": on, "levels": levels, "notes": {}, "token": self._token()}
        pk = assessing.correct_assessment(**self.same, person=person, assessment=old, **given)
        del sheet[old]
        sheet[pk] = (on, levels)

    def _levels(self) -> dict[str, int | None]:
        return {area: self.draw.choice((None, 1, 2, 3, 4, 5)) for area in AREAS}

    def _token(self) -> str:
        self.count += 1
        return f"form {self.count}"

    # --- costs

    def cost(self) -> None:
        details = self._cost()
        pk = spending.record_cost(**self._as(Role.FINANCE), programme=self.programme, details=details)
        self.costs[pk] = details

    def correct_cost(self) -> None:
        if not self.costs:
            raise Refused
        old, details = self.draw.choice(sorted(self.costs)), self._cost()
        pk = spending.correct_cost(**self._as(Role.FINANCE), cost=old, details=details)
        del self.costs[old]
        self.costs[pk] = details

    def withdraw_cost(self) -> None:
        if not self.costs:
            raise Refused
        pk = self.draw.choice(sorted(self.costs))
        spending.withdraw_cost(**self._as(Role.FINANCE), cost=pk, why="A slip")
        del self.costs[pk]

    def _cost(self) -> CostDetails:
        month = self.draw.choice((1, 2, 3))
        return CostDetails(
            provider=self.draw.choice(("", "council", "provider")),
            intervention=self.draw.choice(("", "advice")),
            from_on=dt.date(2026, month, 1),
            to_on=dt.date(2026, month + 1, 1),
            amount_pence=self.draw.randint(1, 10**7),
            borne_by=self.draw.choice(("council", "jobcentre")),
            basis=self.draw.choice((CostBasis.CASH, CostBasis.IN_KIND)),
            source="accounts",
        )
