"""The story each person's entries tell, told by all people at once: sorted, every entry beside the one before it.

Numbers for stages: 0 to S as in the pathway, then left, then ended; NOWHERE before a referral, UNKNOWN for a cell that
could not be read, about which nothing is said.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from commongoal.kernel.periods import first_day
from commongoal.pathway.engine.checks.columns import Yardstick
from commongoal.pathway.engine.checks.raw import listed
from commongoal.pathway.engine.checks.rows import Mask, Places, Rows, chosen
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.programme import Pathway
from commongoal.pathway.engine.shape import position_within, starts_of

NOWHERE, UNKNOWN = -1, -2
MOST_IN_A_DAY = 60


@dataclass(slots=True)
class Story:
    """Entries in the order they happened: `at` is each one's place in the table, `begins` where its person begins.

    `stood` is where the person stood before the entry; `lost` marks people of whom an entry has no readable day.
    """

    at: Places
    person: Places
    begins: Places
    on: Places
    origin: Places
    target: Places
    stood: Places
    seen: Mask
    lost: Mask
    flagged: Mask


def told(entries: Rows, yardstick: Yardstick) -> Story:
    """The entries that have a person and a day and are not repeats, in order."""
    person = entries.people_ranks()
    dated = entries.filled("person", "on")
    at = np.flatnonzero(dated & ~entries.skipped)
    on, seq = entries.days("on", 0), entries.column("seq").fill_null(2**31 - 1).to_numpy()
    at = at[np.lexsort((seq[at], on[at], person[at]))]
    who = person[at]
    origin, target = (
        _stages(entries, "stage_from", yardstick, NOWHERE)[at],
        _stages(entries, "stage_to", yardstick, UNKNOWN)[at],
    )
    begins = starts_of(who)
    return Story(
        at, who, begins, on[at], origin, target, np.full(len(at), NOWHERE), np.ones(len(at), dtype=bool),
        np.isin(who, person[entries.filled("person") & ~dated]), np.zeros(len(at), dtype=bool),
    )  # fmt: skip


def _stages(entries: Rows, name: str, yardstick: Yardstick, empty: int) -> Places:
    """A stage column as numbers."""
    ids = [*(stage.id for stage in yardstick.programme.pathway.stages), LEFT, ENDED]
    numbers = pc.index_in(entries.column(name), pa.array(ids)).fill_null(empty).to_numpy().astype(np.int64)
    return np.where(entries.unread[name], UNKNOWN, numbers)


def check_moves(entries: Rows, yardstick: Yardstick) -> Story:
    """Every rule of the pathway, each entry refused for the first that it breaks; returns the story."""
    story = told(entries, yardstick)
    pathway = yardstick.programme.pathway
    left, ended = len(pathway.stages), len(pathway.stages) + 1
    _follow(story)
    judge = _Judge(entries, story, pathway)
    follows = ~story.lost
    _check_first(judge, story, follows)
    judge.refuse(
        follows & _after(story, story.target == ended), "on", "no entry after 'ended': that is for good", "after_ended"
    )
    _check_referrals(judge, story, follows, pathway, left)
    known = follows & (story.stood != UNKNOWN) & (story.origin >= 0) & (story.origin != story.stood)
    judge.refuse(known & (story.origin == left), "stage_from", judge.stood_words, "return_without_leaving")
    judge.refuse(known & (story.stood >= 0), "stage_from", judge.stood_words, "stage_from_mismatch")
    _check_steps(judge, story, pathway, left)
    _check_reasons(entries, yardstick)
    crowd = position_within(story.person * 2**22 + story.on) == MOST_IN_A_DAY
    judge.refuse(crowd, "on", f"at most {MOST_IN_A_DAY} entries of one person on one day", "too_many_entries")
    return story


def _follow(story: Story) -> None:
    """Fill in where each person stood, and whether their referral has been seen."""
    count = len(story.at)
    places = np.arange(count)
    referral = (story.origin == NOWHERE) | (story.origin == UNKNOWN)
    story.seen = np.maximum.accumulate(np.where(referral, places, -1)) >= story.begins if count else story.seen
    inside = places > story.begins
    before = np.concatenate(([NOWHERE], story.target[:-1]))[:count]
    counted = inside & np.concatenate(([False], story.seen[:-1]))[:count]
    story.stood = np.where(counted, before, NOWHERE)


def _after(story: Story, mark: Mask) -> Mask:
    """Entries with a marked one before them in the same person's story."""
    if not len(mark):
        return mark
    latest = np.maximum.accumulate(np.where(mark, np.arange(len(mark)), -1))
    return np.concatenate(([False], latest[:-1] >= story.begins[1:]))


@dataclass(slots=True)
class _Judge:
    """Refuses each entry once, and says where a person stood."""

    entries: Rows
    story: Story
    pathway: Pathway

    def refuse(self, mask: Mask, column: str, expected: str | Callable[[int], str], code: str) -> None:
        new = mask & ~self.story.flagged
        self.story.flagged |= new
        where = {int(self.story.at[i]): i for i in chosen(new)}
        say = expected if isinstance(expected, str) else lambda at: expected(where[at])
        self.entries.refuse(where, column, say, code)

    def name(self, number: int) -> str:
        return [*(stage.id for stage in self.pathway.stages), LEFT, ENDED][number]

    def stood_words(self, i: int) -> str:
        stood = int(self.story.stood[i])
        if stood == NOWHERE:
            return "empty: nobody has referred this person before"
        return (
            f"{self.name(stood)!r}: there the person stood since {self.entries.text(int(self.story.at[i - 1]), 'on')}"
        )


def _check_first(judge: _Judge, story: Story, follows: Mask) -> None:
    """A referral comes first. Entries before it are left out; where there is none, one problem says so for all."""
    said = "empty at first: a referral comes before all else"
    early = follows & ~story.seen
    referred = np.isin(story.person, story.person[story.seen])
    first = story.begins == np.arange(len(story.at))
    judge.refuse(early & (referred | first), "stage_from", said, "before_referral")
    judge.entries.skipped[story.at[early & referred]] = True
    story.flagged |= early


def _check_referrals(judge: _Judge, story: Story, follows: Mask, pathway: Pathway, left: int) -> None:
    """A referral leads to a stage, and is of somebody who is not on the programme already."""
    referral = story.origin == NOWHERE
    judge.refuse(
        referral & (story.target >= left), "stage_to", "a stage: nobody is referred to leave or end", "bad_referral"
    )
    in_care = follows & referral & (story.stood >= 0) & (story.stood < pathway.last)
    window = first_day(pathway.horizon_months)
    early = np.zeros(len(referral), dtype=bool)
    for i in chosen(in_care):
        early[i] = story.on[i] - _opening(story, i, window) < window
    judge.refuse(
        early,
        "stage_from",
        lambda i: (
            f"{judge.name(int(story.stood[i]))!r}, where the person stands: somebody on the programme, not left and "
            f"within {pathway.horizon_months} months of referral, is moved and not referred again"
        ),
        "already_on_programme",
    )


def _opening(story: Story, i: int, window: int) -> int:
    """The day on which the spell opened that entry `i` falls in: the first referral, or the next after its window."""
    opened = None
    for k in range(int(story.begins[i]), i):
        if story.origin[k] == NOWHERE and (opened is None or story.on[k] - opened >= window):
            opened = int(story.on[k])
    return int(story.on[i]) if opened is None else opened


def _check_steps(judge: _Judge, story: Story, pathway: Pathway, left: int) -> None:
    """The pathway lists the move; leaving and ending are always open, and whoever left may come back to any stage."""
    move = (story.origin >= 0) & (story.target >= 0)
    judge.refuse(move & (story.origin == story.target), "stage_to", "another stage than stage_from", "no_move")
    step = move & (story.origin < left) & (story.target < left)
    forbidden = ~_allowed(pathway)[np.where(step, story.origin, 0), np.where(step, story.target, 0)]
    judge.refuse(step & forbidden, "stage_to", lambda i: _open_moves(pathway, int(story.origin[i])), "forbidden_move")


def _allowed(pathway: Pathway) -> NDArray[np.bool_]:
    ids = [stage.id for stage in pathway.stages]
    return np.array([[pathway.allows(origin, target) for target in ids] for origin in ids])


def _open_moves(pathway: Pathway, origin: int) -> str:
    ids = [stage.id for stage in pathway.stages]
    open_to = [target for target in ids if pathway.allows(ids[origin], target)]
    return f"a move that the pathway allows from {ids[origin]!r}: to {listed([*open_to, LEFT, ENDED])}"


def _check_reasons(entries: Rows, yardstick: Yardstick) -> None:
    """'ended' has one of the reasons that end a spell; leaving has one of the programme's, where it lists them."""
    pathway = yardstick.programme.pathway
    for stage, reasons in ((ENDED, pathway.ended_reasons), (LEFT, pathway.left_reasons)):
        if reasons == "any":
            continue
        here = pc.equal(entries.column("stage_to"), stage).fill_null(False)
        known = pc.is_in(entries.column("reason"), pa.array(list(reasons), pa.string()))
        wrong = np.asarray(here) & ~np.asarray(known) & entries.readable("reason")
        given = entries.column("reason").is_valid().to_numpy()
        said = f"a reason for {stage!r}: one of {listed(list(reasons))}"
        entries.refuse(chosen(wrong & given), "reason", said, "unknown_reason")
        if stage == ENDED:
            entries.refuse(chosen(wrong & ~given), "reason", said, "missing_reason")
