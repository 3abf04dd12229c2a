"""What the addresses of jobs, checkpoints and costs are about, for the matrix; see `tests.platform.matrix`."""

import datetime as dt
from decimal import Decimal
from typing import Any

from commongoal.access.engine.permissions import Viewer
from commongoal.access.models import Programme
from commongoal.pathway.models import Checkpoint, Cost, Job, PathwayFile
from tests.platform.world import AT, put_in_force

SINCE = dt.date(2026, 1, 5)


def job_of(scene: Any, person: int, viewer: Viewer) -> int:
    return Job.objects.create(
        person_id=person, programme=Programme.objects.earliest("pk"), organisation_id=viewer.organisation,
        membership_id=viewer.membership, employer="Harbour Care", occupation="Care assistant", from_on=SINCE,
        weekly_hours=Decimal(16), pay_pence=1300, pay_period="hour", evidence_kind="payslip", at=AT,
    ).pk  # fmt: skip


def checkpoint_of(scene: Any, person: int, viewer: Viewer) -> int:
    job = Job.objects.get(pk=job_of(scene, person, viewer))
    return Checkpoint.objects.create(
        person_id=person, programme=job.programme, organisation_id=viewer.organisation, job=job, weeks=4,
        due_on=SINCE, contact="the person",
    ).pk  # fmt: skip


def make_cost(scene: Any, standing: Any, viewer: Viewer) -> int:
    """A cost of the viewer's own provider, or of another."""
    if not PathwayFile.objects.exists():
        put_in_force(scene.world)
    return Cost.objects.create(
        programme=Programme.objects.earliest("pk"), provider="council" if standing == "own" else "charity",
        from_on=SINCE, to_on=SINCE + dt.timedelta(days=30 + Cost.objects.count()), amount_pence=100,
        borne_by="council", basis="cash", source="matrix", organisation_id=viewer.organisation,
        membership_id=viewer.membership, at=AT,
    ).pk  # fmt: skip


MORE_PARTS = {"job": job_of, "checkpoint": checkpoint_of}
