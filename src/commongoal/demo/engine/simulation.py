"""People living through a `World`: exact in continuous time, written down in whole days.

Waiting times are exponential and exact; only the writing down is in days, and it is done so that rates found in the
record are right. A person is referred at an evenly random moment of the referral day, and every event gets the day on
which it happens. As the moment is random, ``E[floor(u + b) - floor(u + a)] = b - a`` for any moments a < b: days
between two recorded events are on average exactly the time between them, for short stays and long. (Counting whole
days from a referral at midnight would shorten every first stay by half a day; one move a day would lose moves.)

Support follows the ledger's own order of a day (close, move, open): a support from day a to day b acts from the
midnight after day a to the midnight before day b, so the owner of a recorded move is who acted when it happened.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.demo.engine.worlds import Floats, World, as_comparison
from commongoal.kernel.periods import DAYS_DENOMINATOR, DAYS_NUMERATOR

Int32 = NDArray[np.int32]
NEVER = np.int32(2**30)
NOBODY = -1
DAYS_A_MONTH = DAYS_NUMERATOR / DAYS_DENOMINATOR


@dataclass(frozen=True, slots=True)
class SimulatedLedger:
    """What was recorded, as arrays; days count from the world's `start`.

    People: `segment`, `referred` (day), `frailty`. Entries in order of person and time: `entry_person`, `entry_on`,
    `entry_seq` (0-based within person and day), `entry_from` (-1 for a referral, 0..S, S+1 for left), `entry_to` (0..S,
    S+1 left, S+2 ended). Support in order of person and start: `support_person`, `support_offer`, `support_from`,
    `support_to` (-1 while it runs).
    """

    segment: Int32
    referred: Int32
    frailty: Floats
    entry_person: Int32
    entry_on: Int32
    entry_seq: Int32
    entry_from: Int32
    entry_to: Int32
    support_person: Int32
    support_offer: Int32
    support_from: Int32
    support_to: Int32


def simulate(world: World, people: int, rng: np.random.Generator) -> SimulatedLedger:
    """`people` people referred and helped as the world says, recorded up to its snapshot."""
    walk = _Walk(world, people, rng)
    while walk.live.size:
        walk.step()
    return walk.ledger()


def comparison(world: World, people: int, rng: np.random.Generator) -> SimulatedLedger:
    """A comparison group: the same kinds of people under λ°, without support, lost at random whatever their stage."""
    return simulate(as_comparison(world), people, rng)


def stage_on(ledger: SimulatedLedger, day: int) -> Int32:
    """Where each person stands at the end of `day` days after referral [people]: 0..S, S+1 left, S+2 ended."""
    seen = np.flatnonzero(ledger.entry_on - ledger.referred[ledger.entry_person] <= day)
    person = ledger.entry_person[seen]
    final = np.r_[person[1:] != person[:-1], True]
    stage: Int32 = ledger.entry_to[seen[final]]
    return stage


class _Walk:
    """The state of everybody at once, and what has been written down so far. Days here count from the referral."""

    def __init__(self, world: World, people: int, rng: np.random.Generator) -> None:
        self.world, self.rng, self.last = world, rng, world.last
        self._tables()
        self.group = rng.choice(len(world.shares), size=people, p=world.shares).astype(np.int32)
        self.referred = rng.integers(0, world.intake_days, size=people, dtype=np.int32)
        self.frailty = rng.gamma(1 / world.frailty, world.frailty, people) if world.frailty else np.ones(people)
        self.until = (world.snapshot_day + 1 - self.referred).astype(np.int32)
        self.now = rng.random(people)
        self.place = np.zeros(people, dtype=np.int32)
        self.offer = np.full(people, NOBODY, dtype=np.int32)
        self.opened, self.closes = np.zeros(people, dtype=np.int32), np.full(people, NEVER)
        self.opens = np.full(people, NEVER)
        self.latest = np.full(people, NOBODY, dtype=np.int32)
        self.beside = np.full(people, NOBODY, dtype=np.int32)
        self.joined, self.parts = np.zeros(people, dtype=np.int32), np.full(people, NEVER)
        self.live = np.flatnonzero(self.until > 0).astype(np.int32)
        self.entries: list[tuple[Int32, Int32, Int32, Int32]] = []
        self.supports: list[tuple[Int32, Int32, Int32, Int32]] = []
        self._refer(self.live)

    def _tables(self) -> None:
        """Daily rates by place (0..S in care, S+1..2S+1 left), split into forward moves and everything else."""
        world, size = self.world, self.last + 1
        stages = np.broadcast_to(world.without, (len(world.shares), size, size)) / DAYS_A_MONTH
        forward = np.zeros((len(world.shares), 2 * size, size + 2))
        other = np.zeros_like(forward)
        forward[:, :size, :size] = np.triu(stages, 1)
        other[:, :size, :size] = np.tril(stages, -1)
        other[:, :size, size] = world.leave / DAYS_A_MONTH
        other[:, :size, size + 1] = world.end / DAYS_A_MONTH
        other[:, range(size, 2 * size), range(size)] = world.come_back[:, None] / DAYS_A_MONTH
        self.forward, self.other = forward.sum(axis=2).ravel(), other.sum(axis=2).ravel()
        self.targets = np.concatenate([_cumulative(forward), _cumulative(other)])
        self.lift = np.vstack([world.lift, np.zeros((1, size))])

    def step(self) -> None:
        """Everybody still followed to their next move, or to the next midnight at which who acts changes."""
        i = self.live
        cell = self.group[i] * (2 * (self.last + 1)) + self.place[i]
        forward = self.forward[cell] * self._factor(i)
        total = forward + self.other[cell]
        with np.errstate(divide="ignore"):
            moment = self.now[i] + self.rng.exponential(size=i.size) / total
        midnight = self._next_midnight(i)
        moves = moment < midnight
        self.now[i] = np.where(moves, moment, midnight)
        onward = self.rng.random(i.size) * total < forward
        row = np.where(onward, cell, cell + self.forward.size)[moves]
        gone = [self._cross(i[~moves]), self._move(i[moves], self._pick(self.targets[row]))]
        self.live = np.setdiff1d(i, np.concatenate(gone), assume_unique=True)

    def _factor(self, i: Int32) -> Floats:
        """What multiplies forward rates: the mean lift of the offers acting now, times the person's own factor."""
        stage = self.place[i] % (self.last + 1)
        main = (self.offer[i] >= 0) & (self.now[i] > self.opened[i])
        beside = (self.beside[i] >= 0) & (self.now[i] > self.joined[i])
        lifted = self.lift[self.offer[i], stage] * main + self.lift[self.beside[i], stage] * beside
        acting = main.astype(np.int64) + beside
        factor: Floats = np.where(acting > 0, lifted / np.maximum(acting, 1), 1.0) * self.frailty[i]
        return factor

    def _next_midnight(self, i: Int32) -> Int32:
        """The next day at whose start who acts, or is planned, changes; at the latest the end of the snapshot day."""
        now = self.now[i]
        begins = self.opened[i] + 1
        main = np.where(self.offer[i] >= 0, np.where(now < begins, begins, self.closes[i]), self.opens[i])
        begins = self.joined[i] + 1
        beside = np.where(self.beside[i] >= 0, np.where(now < begins, begins, self.parts[i]), NEVER)
        earliest: Int32 = np.minimum(np.minimum(main, beside), self.until[i])
        return earliest

    def _cross(self, i: Int32) -> Int32:
        """Planned ends and starts at a midnight; returns who has reached the snapshot."""
        day = self.now[i].astype(np.int32)
        over = day >= self.until[i]
        i, day, done = i[~over], day[~over], i[over]
        ends = (self.offer[i] >= 0) & (day >= self.closes[i])
        pause = self._days(self.world.pause_months, int(ends.sum()))
        self._close_main(i[ends], day[ends])
        self.opens[i[ends]] = np.minimum(day[ends] + pause, NEVER)
        starts = (self.offer[i] < 0) & (day >= self.opens[i]) & ~ends
        self._open_main(i[starts], day[starts], self._resumed(i[starts]))
        self._close_beside(i[parts := (self.beside[i] >= 0) & (day >= self.parts[i])], day[parts])
        return done

    def _move(self, i: Int32, target: Int32) -> Int32:
        """Moves written down with what they bring about; returns who is followed no further."""
        size, day = self.last + 1, self.now[i].astype(np.int32)
        origin = self.place[i]
        self._write(i, day, np.minimum(origin, size), target)
        self.place[i] = np.where(target == size, origin + size, np.minimum(target, self.last))
        closing = target >= self.last
        self._close_main(i[closing], day[closing] + 1)
        self._close_beside(i[closing], day[closing] + 1)
        self.opens[i[closing]] = NEVER
        left = target == size
        self.now[i[left]] = day[left] + 1.0  # nobody comes back on the day of leaving
        back = (origin >= size) & ~closing
        self._open_main(i[back], day[back], self._resumed(i[back]))
        ahead = (origin < size) & (target > origin) & ~closing
        self._arrive(i[ahead], day[ahead], target[ahead])
        done: Int32 = i[closing & ~left]
        return done

    def _refer(self, i: Int32) -> None:
        day = np.zeros(i.size, dtype=np.int32)
        self._write(i, day, np.full(i.size, NOBODY, dtype=np.int32), day)
        offer = self._pick(_whole(self.world.first)[self.group[i]], leftover=True)
        now = offer >= 0
        self._open_main(i[now], day[now], offer[now])
        wait = self._days(self.world.pause_months, int((~now).sum()))
        self.opens[i[~now]] = np.minimum(wait, NEVER)
        self._join(i, day, day)

    def _arrive(self, i: Int32, day: Int32, stage: Int32) -> None:
        """Handover and company on arriving forward at a stage; the old support runs to the day after the move."""
        offer = self._pick(_whole(self.world.to)[stage])
        # nothing that opened today is handed over, so that no support has its first day twice
        fresh = (offer != self.latest[i]) & (offer != self.beside[i]) & (self.opened[i] < day)
        takes = fresh & (self.rng.random(i.size) < self.world.handover[stage])
        self._close_main(i[takes], day[takes] + 1)
        self._open_main(i[takes], day[takes], offer[takes])
        self._join(i, day, stage)

    def _join(self, i: Int32, day: Int32, stage: Int32) -> None:
        offer = self._pick(np.broadcast_to(_whole(self.world.second), (i.size, self.world.second.size)))
        # nor on the day of a handover, when the old support still runs to the day after
        settled = (self.opened[i] < day) | (day == 0) & (stage == 0)
        free = (self.offer[i] >= 0) & (offer != self.offer[i]) & (self.beside[i] < 0) & settled
        joins = free & (self.rng.random(i.size) < self.world.join[stage])
        chosen = i[joins]
        self.beside[chosen], self.joined[chosen] = offer[joins], day[joins]
        self.parts[chosen] = np.minimum(day[joins] + self._days(self.world.join_months, chosen.size), NEVER)

    def _resumed(self, i: Int32) -> Int32:
        """The offer the person had last, or a first one for who has had none; nobody's stays nobody's."""
        first = self._pick(_whole(_even(self.world.first))[self.group[i]], leftover=True)
        return np.where(self.latest[i] >= 0, self.latest[i], first).astype(np.int32)

    def _open_main(self, i: Int32, day: Int32, offer: Int32) -> None:
        self.offer[i], self.opened[i], self.latest[i] = offer, day, offer
        self.closes[i] = np.minimum(day + self._days(self.world.stint_months, i.size), NEVER)
        self.opens[i] = NEVER

    def _close_main(self, i: Int32, day: Int32) -> None:
        had = self.offer[i] >= 0
        i, day = i[had], day[had]
        self.supports.append((i, self.offer[i], self.opened[i], day))
        self.offer[i], self.closes[i] = NOBODY, NEVER

    def _close_beside(self, i: Int32, day: Int32) -> None:
        had = self.beside[i] >= 0
        i, day = i[had], day[had]
        self.supports.append((i, self.beside[i], self.joined[i], day))
        self.beside[i], self.parts[i] = NOBODY, NEVER

    def _write(self, i: Int32, day: Int32, origin: Int32, target: Int32) -> None:
        self.entries.append((i, day, origin, target))

    def _days(self, mean_months: float, count: int) -> Int32:
        """Random whole days from 2, about `mean_months` on average; never, where the mean is infinite."""
        if not np.isfinite(mean_months):
            return np.full(count, NEVER)
        return (2 + self.rng.exponential(mean_months * DAYS_A_MONTH, count)).astype(np.int32)

    def _pick(self, cumulative: Floats, leftover: bool = False) -> Int32:
        """One column a row by cumulative chances; what is missing from 1 picks nobody where `leftover`."""
        drawn = (self.rng.random(len(cumulative))[:, None] >= cumulative).sum(axis=1).astype(np.int32)
        size = cumulative.shape[1]
        return np.where(drawn < size, drawn, NOBODY).astype(np.int32) if leftover else np.minimum(drawn, size - 1)

    def ledger(self) -> SimulatedLedger:
        """Everything written down, in order of person and time, with running support left open."""
        everybody = np.arange(len(self.group), dtype=np.int32)
        self._close_main(everybody, self.until)
        self._close_beside(everybody, self.until)
        person, on, origin, target = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        order = np.argsort(person, kind="stable")
        person, on = person[order], on[order] + self.referred[person[order]]
        who, offer, opened, closed = (np.concatenate(part) for part in zip(*self.supports, strict=True))
        runs = closed >= self.until[who]
        by_start = np.lexsort((offer, opened, who))
        columns = (who, offer, opened + self.referred[who], np.where(runs, -1, closed + self.referred[who]))
        support = [column[by_start] for column in columns]
        entries = [person, on, _sequence(person, on), origin[order], target[order]]
        return SimulatedLedger(self.group, self.referred, self.frailty, *entries, *support)


def _cumulative(rates: Floats) -> Floats:
    """Rates [..., n] as cumulative chances [rows, n], each row ending at 1."""
    flat = rates.reshape(-1, rates.shape[-1]).cumsum(axis=1)
    total = flat[:, -1:]
    shares: Floats = np.divide(flat, total, out=np.ones_like(flat), where=total > 0)
    return shares


def _whole(chances: Floats) -> Floats:
    return chances.cumsum(axis=-1)


def _even(chances: Floats) -> Floats:
    total = chances.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(chances, total, out=np.zeros_like(chances), where=total > 0)
    return shares


def _sequence(person: Int32, on: Int32) -> Int32:
    """Position within each run of equal person and day, from 0."""
    begins = np.r_[True, (person[1:] != person[:-1]) | (on[1:] != on[:-1])]
    at = np.arange(person.size, dtype=np.int32)
    sequence: Int32 = at - at[begins][np.cumsum(begins) - 1]
    return sequence
