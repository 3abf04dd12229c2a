"""Targets for the area set, and set anew: each is apportioned to wards as it is written, so that they add up."""

import datetime as dt

from django.db import IntegrityError

from commongoal.access.actions.acting import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.places.actions.evidence import known_area, own_token
from commongoal.places.engine.apportioning import Share, apportion
from commongoal.places.engine.evidence import EndsBeforeStart
from commongoal.places.engine.identities import refuse_identities
from commongoal.places.engine.targets import NewTarget, NoTitle, NoWards, method_of
from commongoal.places.engine.volumes import as_data, volumes
from commongoal.places.models import AreaTarget, TargetShare

VERB = "set area targets"


def set_area_target(
    *, by: Viewer, at: dt.datetime, target: NewTarget, token: str, supersedes: int | None = None
) -> int:
    """Set a target, apportioned to its wards; its id. With `supersedes` it stands in that one's place.

    The same form sent twice sets it once. Raises the refusals of `apportioning`, `volumes` and `targets`,
    `ChangedMeanwhile` where another stands in its place already.
    """
    ask(by, VERB)
    mine = own_token(token, by)
    try:
        return _known(mine) or _set(by, at, target, mine, supersedes)
    except IntegrityError:
        return _known(mine)


def _set(by: Viewer, at: dt.datetime, target: NewTarget, token: str, supersedes: int | None) -> int:
    shares = checked(target)
    given = [(share.ward.code, share.people) for share in shares]
    takes = as_data(volumes(target.people, target.stage, target.chances, given)) if target.chances else {}
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        known_area(target.area)
        before = _standing(supersedes) if supersedes else None
        plain = {"title": target.title.strip(), "stage": target.stage, "people": target.people}
        row = AreaTarget.objects.create(
            **plain, area_code=target.area, programme_id=target.programme, from_on=target.from_on,
            until_on=target.until_on, method=method_of(target, shares),
            run=target.chances.run if target.chances else None, volumes=takes,
            token=token, supersedes=before, membership_id=by.membership, at=at,
        )  # fmt: skip
        TargetShare.objects.bulk_create([_share(row, share) for share in shares])
        days = {"from_on": target.from_on.isoformat(), "until_on": target.until_on.isoformat()}
        after = {**plain, **days, "area": target.area, "programme": target.programme, "by_reach": target.by_reach}
        act.wrote("area target", row.pk, after={**after, "wards": dict(given), "supersedes": supersedes})
        return row.pk


def checked(target: NewTarget) -> tuple[Share, ...]:
    """What falls to each ward, if the target can be set. Raises what `set_area_target` does."""
    if not target.title.strip():
        raise NoTitle
    refuse_identities(target.title, target.grounds.need_source, target.grounds.reach_source)
    if target.until_on < target.from_on:
        raise EndsBeforeStart
    if not target.wards:
        raise NoWards
    return apportion(target.people, target.wards, target.by_reach)


def _standing(pk: int) -> AreaTarget:
    """The target, locked, if no other stands in its place."""
    row = locked(AreaTarget.objects.all(), pk)
    newer = AreaTarget.objects.filter(supersedes=row).select_related("membership__user").first()
    if newer is not None:
        raise ChangedMeanwhile(f"{newer.membership.user.name} has set another in its place.")
    return row


def _share(row: AreaTarget, share: Share) -> TargetShare:
    ward = share.ward
    return TargetShare(
        target=row, area_code=ward.code, area_name=ward.name, people=share.people, need=ward.need, reach=ward.reach
    )


def _known(token: str) -> int:
    return int(AreaTarget.objects.filter(token=token).values_list("pk", flat=True).first() or 0)
