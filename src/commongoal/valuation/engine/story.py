"""What the numbers look like as a pathway: people at each stage, a usual journey, and whether the model fits."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.estimates import Estimate, from_draws
from commongoal.pathway.engine.chances import moves_by_month
from commongoal.pathway.engine.occupation import last_month_at_risk, modelled, observed
from commongoal.valuation.engine.lines import estimate
from commongoal.valuation.engine.material import Material
from commongoal.valuation.engine.results import FlowMove, FlowStage, JourneyStep, Occupation

Floats = NDArray[np.float64]
_CHECKED_MONTHS = (3, 6, 12, 24, 36, 48)
_RESAMPLES = 300


def flow_stages(material: Material) -> tuple[FlowStage, ...]:
    """Each stage: people who got there or further, who stand there now, who left, and what its steps were worth."""
    stats, last = material.stats, material.frame.last
    furthest = stats["reached"].sum(axis=0)
    reached = np.cumsum(furthest[::-1])[::-1]
    now = stats["now"].sum(axis=0)
    moves = _moves(material)
    credit = material.stage_draws(material.main)
    standing = _worth_of_standing(material)
    people = int(stats["people"].sum())
    return tuple(
        FlowStage(
            stage.id,
            stage.name,
            int(reached[s]),
            int(now[s]),
            int(moves[s, last + 1]) if s < last else 0,
            int(moves[s, last + 2]) if s < last else 0,
            estimate(credit[s], people) if s < last else Estimate(0.0, why="nothing is earned after arriving"),
            Estimate(standing[s]),
        )
        for s, stage in enumerate(material.programme.pathway.stages)
    )


def _moves(material: Material) -> NDArray[np.int64]:
    """Moves (S, S + 3) over all segments and months."""
    moves = moves_by_month(material.stats["finish"].sum(axis=(0, 1)), material.frame)
    return np.asarray(moves.sum(axis=-1))


def _worth_of_standing(material: Material) -> list[float]:
    """What standing at each stage is worth at referral under the main rule, segments mixed by their spells."""
    phi = material.drawn.mean[material.main][:, :, 0]
    weight = material.setting.spells / max(material.setting.spells.sum(), 1)
    return [float(value) for value in np.einsum("gs,g,g->s", phi, material.worth.mean, weight)]


def flow_moves(material: Material) -> tuple[FlowMove, ...]:
    """Moves between stages that happened at all."""
    moves, stages = _moves(material), material.programme.pathway.stages
    return tuple(
        FlowMove(stages[s].id, stages[e].id, int(moves[s, e]))
        for s in range(len(stages) - 1)
        for e in range(len(stages))
        if moves[s, e]
    )


def journey(material: Material) -> tuple[JourneyStep, ...]:
    """The likeliest way forward: from each stage the commonest move on, how long people stay, and who usually helps."""
    return tuple(_journey(material))


def _journey(material: Material) -> Iterator[JourneyStep]:
    moves, last = _moves(material), material.frame.last
    stages = material.programme.pathway.stages
    standing, time = _worth_of_standing(material), _months_at(material)
    stage = 0
    while stage < last and moves[stage, stage + 1 : last + 1].sum():
        yield JourneyStep(stages[stage].id, time[stage], _helper(material, stage), standing[stage])
        stage = int(moves[stage, stage + 1 : last + 1].argmax()) + stage + 1
    yield JourneyStep(stages[stage].id, 0.0, "", standing[stage])


def _months_at(material: Material) -> list[float]:
    """Mean months of a stay at each stage: time in care divided by ways out of it."""
    rates = material.setting.mean.to.mean(axis=0)
    out = np.einsum("gse,g->s", rates, material.setting.spells) / max(material.setting.spells.sum(), 1)
    return [float(1 / rate) if rate > 0 else 0.0 for rate in out]


def _helper(material: Material, stage: int) -> str:
    """The provider and intervention with most days of support at a stage."""
    days = material.stats["own_days"][:, :, stage].sum(axis=1)
    if not days.sum():
        return "nobody"
    p, i = divmod(int(days.argmax()), len(material.programme.interventions))
    return f"{material.programme.providers[p].name}, {material.programme.interventions[i].name}"


def occupation(material: Material) -> tuple[Occupation, ...]:
    """Model against Aalen-Johansen at some months, with a mark where the model is outside the 90% interval."""
    setting, horizon = material.setting, material.frame.horizon
    reach = last_month_at_risk(material.stats, material.frame)
    model = modelled(setting.mean, setting.spells, setting.bands, horizon)
    shares = observed(material.stats, material.frame, material.sampling.weights[:_RESAMPLES])
    names = [stage.name for stage in material.programme.pathway.stages] + ["Left", "Ended"]
    found = []
    for month in (m for m in _CHECKED_MONTHS if m <= min(reach, horizon)):
        for state, name in enumerate(names):
            seen = from_draws(shares[:, month, state])
            outside = not (seen.low or 0.0) - 5e-4 <= model[month, state] <= (seen.high or 0.0) + 5e-4
            found.append(Occupation(name, month, float(model[month, state]), seen, outside))
    return tuple(found)
