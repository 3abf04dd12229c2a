"""A whole valuation made by hand, for looking at pictures and reports: an invented place, twelve providers."""

from dataclasses import replace

from commongoal.kernel.estimates import Estimate
from commongoal.valuation.engine.results import (
    Borne,
    Convention,
    Distance,
    Driver,
    FlowMove,
    FlowStage,
    Gain,
    JourneyStep,
    Limit,
    Line,
    LineKind,
    Occupation,
    RuleTotal,
    SourceNote,
    UnitCost,
    Valuation,
)

FEW = "too few for an interval"
MARKUP = "[bold]Nowhere[/bold]"
HOSTILE = '<script>alert("gone")</script> & Sons'
LONG = "The Greater Marlhaven and District Consortium for Lifelong Learning, Wellbeing and Local Enterprise Limited"
RIGHT_TO_LEFT = "مركز العمل المحلي"
EMOJI = "Sunrise \N{SUN WITH FACE} Jobs \N{PERSONAL COMPUTER}"

# name, people, credit, low, high, cost
PROVIDERS = (
    ("Harbour Trust", 1240, 1_482_300.0, 1_010_400.0, 2_004_900.0, 840_000.0),
    ("Marlhaven College", 1105, 902_100.0, 610_000.0, 1_240_700.0, 702_500.0),
    ("North Quay Housing", 860, 455_900.0, 240_800.0, 702_000.0, 398_000.0),
    ("Works Well Partnership", 744, 812_000.0, 560_100.0, 1_090_000.0, 365_200.0),
    ("St Aidan's Centre", 512, 98_400.0, -60_200.0, 260_000.0, 240_000.0),
    ("Fresh Start Coaching", 430, -121_700.0, -260_300.0, -8_900.0, 198_000.0),
    ("Council Skills Team", 398, 310_200.0, 150_000.0, 488_000.0, 0.0),
    ("Talking Therapies Marlhaven", 366, 342_800.0, 190_500.0, 515_000.0, 187_400.0),
    ("Tideway Employers' Forum", 210, 402_600.0, 255_000.0, 570_400.0, 41_000.0),
    ("Recovery Café", 164, 81_000.0, -12_000.0, 176_500.0, 88_000.0),
    ("Coastal Carers", 77, 40_300.0, -31_000.0, 118_800.0, 36_600.0),
    ("Little Acorns", 31, 22_500.0, None, None, 18_000.0),
)


DEFINITION = "Net present value to society of steps taken, divided by what it cost all its funders, in 2025/26 prices."


def _estimate(point: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(point, low, high, "" if low is not None else FEW)


def line(
    name: str, people: int, credit: float, low: float | None, high: float | None, cost: float,
    kind: LineKind = "provider", rank: Estimate | None = None,
) -> Line:  # fmt: skip
    """One line with everything that follows from credit and cost."""
    whole = _estimate(credit, low, high)
    ratio = whole.scaled(1 / cost) if cost > 0 else None
    identity = "".join(char for char in name.lower() if char.isalnum())[:20]
    return Line(
        kind, identity, name, people, whole, whole.scaled(1 / 42_000), cost, cost * 0.08, ratio,
        "" if ratio else "no cost is recorded", 0.94 if ratio and low is not None else None,
        whole.scaled(0.9 / cost) if ratio and rank else None, rank if ratio else None, credit * 0.93,
    )  # fmt: skip


def _providers() -> tuple[Line, ...]:
    found = []
    for place, (name, people, credit, low, high, cost) in enumerate(PROVIDERS):
        rank = Estimate(place + 1.0, max(1.0, min(place, 9) - 1.5), min(10.0, place + 3.0)) if low is not None else None
        found.append(line(name, people, credit, low, high, cost, "provider", rank))
    return tuple(found)


def _others() -> tuple[Line, ...]:
    rows: tuple[tuple[LineKind, str, int, float, float | None, float | None, float], ...] = (
        ("intervention", "Key worker support", 2310, 1_920_400.0, 1_400_000.0, 2_500_000.0, 1_204_000.0),
        ("intervention", "Skills course", 1410, 880_300.0, 520_000.0, 1_280_000.0, 811_300.0),
        ("intervention", "Help with debt and housing", 905, 512_000.0, 310_000.0, 760_000.0, 402_000.0),
        ("intervention", "Work placement", 480, 1_420_700.0, 990_000.0, 1_900_000.0, 520_000.0),
        ("intervention", "Staying in work", 366, 155_000.0, -20_000.0, 331_000.0, 177_400.0),
        (
            "provider_intervention",
            "Harbour Trust × Key worker support",
            1190,
            1_110_000.0,
            760_000.0,
            1_500_000.0,
            610_000.0,
        ),
        ("provider_intervention", "Harbour Trust × Work placement", 212, 372_300.0, 190_000.0, 590_000.0, 230_000.0),
        (
            "provider_intervention",
            "Marlhaven College × Skills course",
            1105,
            902_100.0,
            610_000.0,
            1_240_700.0,
            702_500.0,
        ),
        ("provider_intervention", "Little Acorns × Key worker support", 31, 22_500.0, None, None, 18_000.0),
        ("stage", "Referred", 2500, 610_000.0, 400_000.0, 850_000.0, 0.0),
        ("stage", "Engaged", 2310, 1_005_000.0, 700_000.0, 1_390_000.0, 0.0),
        ("stage", "Barriers removed", 1640, 1_230_000.0, 910_000.0, 1_620_000.0, 0.0),
        ("stage", "Skilled", 1105, 1_443_200.0, 1_050_000.0, 1_900_000.0, 0.0),
        ("stage", "In work", 702, 740_200.0, 480_000.0, 1_030_000.0, 0.0),
        ("segment", "Under 25, no health condition", 760, 1_300_000.0, 900_000.0, 1_700_000.0, 0.0),
        ("segment", "Under 25, health condition", 420, 610_400.0, 380_000.0, 880_000.0, 0.0),
        ("segment", "25 and over, no health condition", 840, 1_910_000.0, 1_300_000.0, 2_500_000.0, 0.0),
        ("segment", "25 and over, health condition", 480, 1_208_000.0, 800_000.0, 1_700_000.0, 0.0),
    )
    return tuple(
        line(name, people, credit, low, high, cost, kind) for kind, name, people, credit, low, high, cost in rows
    )


STAGES = (
    FlowStage(
        "referred", "Referred", 2500, 110, 240, 2, Estimate(610_000, 400_000, 850_000), Estimate(4_100, 3_000, 5_300)
    ),
    FlowStage(
        "engaged", "Engaged", 2310, 285, 480, 6, Estimate(1_005_000, 700_000, 1_390_000), Estimate(5_000, 3_900, 6_300)
    ),
    FlowStage(
        "barriers",
        "Barriers removed",
        1640,
        190,
        410,
        4,
        Estimate(1_230_000, 910_000, 1_620_000),
        Estimate(7_300, 6_000, 9_000),
    ),
    FlowStage(
        "skilled",
        "Skilled",
        1105,
        160,
        255,
        3,
        Estimate(1_443_200, 1_050_000, 1_900_000),
        Estimate(11_200, 9_100, 13_600),
    ),
    FlowStage(
        "work", "In work", 702, 95, 112, 1, Estimate(740_200, 480_000, 1_030_000), Estimate(20_300, 17_000, 24_100)
    ),
    FlowStage("sustained", "Sustained", 466, 466, 0, 0, Estimate(0.0), Estimate(42_000, 36_000, 48_000)),
)

MOVES = tuple(
    FlowMove(*move)
    for move in (
        ("referred", "engaged", 2148), ("engaged", "barriers", 1480), ("barriers", "skilled", 980),
        ("skilled", "work", 590),
        ("work", "sustained", 466), ("referred", "barriers", 60), ("engaged", "skilled", 122),
        ("barriers", "work", 140),
        ("skilled", "barriers", 101), ("work", "skilled", 88), ("work", "engaged", 40), ("barriers", "engaged", 66),
    )
)  # fmt: skip


def _rules() -> tuple[RuleTotal, ...]:
    gross = Estimate(19_572_000, 17_100_000, 22_300_000)
    return (
        RuleTotal("net", "Each step by the chance of sustained work that the person would now have on their own.",
                  Estimate(5_028_400, 3_610_000, 6_702_000), "the effect of the programme as delivered", None,
                  Estimate(1.42, 0.90, 2.10)),
        RuleTotal("equal", "The value of a sustained job, in equal parts for each stage.", gross, "gross value",
                  Estimate(5_300_000, 3_400_000, 7_500_000), Estimate(1.51, 0.94, 2.20)),
        RuleTotal("outcome_only", "A job's value, only when it is reached.", gross.scaled(0.98), "gross value",
                  Estimate(5_200_000, 3_300_000, 7_400_000), Estimate(1.48, 0.92, 2.15)),
        RuleTotal("relative", "Each step by the chance with the programme, to compare providers given who they serve.",
                  Estimate(-14_200, -210_000, 190_000), "about zero", None, None,
                  "it compares providers; it is never a ratio"),
    )  # fmt: skip


def _gains() -> tuple[Gain, ...]:
    rows = (
        ("Department for Work and Pensions", "fiscal", False, 1_910_300, ""),
        ("HM Revenue and Customs", "fiscal", False, 905_000, ""),
        ("NHS Marlhaven", "fiscal", False, 402_500, "unverified"),
        ("Marlhaven Council", "fiscal", False, 212_900, "unverified"),
        ("People themselves", "economic", False, 1_720_000, "assumed"),
        ("People themselves", "economic", True, -1_210_400, ""),
        ("Society", "social", False, 322_000, "assumed"),
    )
    return tuple(
        Gain(
            agency, kind, transfer, Estimate(value, min(value * 0.7, value * 1.3), max(value * 0.7, value * 1.3)), mark
        )
        for agency, kind, transfer, value, mark in rows
    )


def _limits() -> tuple[Limit, ...]:
    return (
        Limit("early", "An early step is valued as if no further help followed it."),
        Limit("sooner", "Bringing a job forward within the 60 months earns nothing."),
        Limit(
            "occupation",
            "At 12 months the model has 24% of people in Skilled; the ledger says 17% to 22%. Net may be too high.",
            True,
        ),
        Limit("overlap", "Where several helped at once, credit is shared equally: a convention, not a finding."),
    )


def sample() -> Valuation:
    """The full result, in pounds, with an assumed comparison."""
    total = line("Programme", 2500, 5_028_400.0, 3_186_000.0, 7_434_000.0, 3_540_000.0, "programme")
    return Valuation(
        programme="Marlhaven Works", place="Marlhaven", invented=True, snapshot_on="2026-03-31", rule="net",
        basis="assumed: 23% would have got there anyway",
        unit="pounds", people=2500, spells=2588, sustained=466, sustained_after_horizon=4,
        ratio_definition=DEFINITION,
        total=total, lines=_providers() + _others(),
        unattributed=line("Nobody recorded as helping", 702, 312_000.0, 140_000.0, 505_000.0, 0.0, "unattributed"),
        rules=_rules(), gains=_gains(), unit_costs=_unit_costs(),
        additionality=Estimate(0.27, 0.18, 0.36), chance_with=Estimate(0.31, 0.29, 0.33),
        chance_without=Estimate(0.23, 0.19, 0.27),
        slowing=Estimate(0.71, 0.60, 0.83), standing_share=Estimate(0.34, 0.28, 0.41),
        closed_total=Estimate(1_304_000, 600_000, 2_100_000), closed_spells=611, costs_after_horizon=12_400.0,
        costs_without_owner=426_300.0, drivers=_drivers(), stages=STAGES, moves=MOVES,
        journey=_journey(), distance=_distance(),
        occupation=_occupation(), limits=_limits(), conventions=_conventions(), sources=_sources(),
        borne=(Borne("Marlhaven Council", 2_180_000.0, 0.0), Borne("NHS Marlhaven", 1_360_000.0, 212_500.0)),
    )  # fmt: skip


def _unit_costs() -> tuple[UnitCost, ...]:
    beside = ("Connect to Work, 2025 guidance", Estimate(4_300, 3_800, 4_900), "unverified")
    return (
        UnitCost("start", "People with a first entry after referral.", 2310, Estimate(1_532, 1_500, 1_570), *beside),
        UnitCost("job", "People who reached In work.", 702, Estimate(5_043, 4_700, 5_400)),
        UnitCost("sustained", "People still in work after 26 weeks.", 466, Estimate(7_597, 6_900, 8_300)),
    )


def _drivers() -> tuple[Driver, ...]:
    rows = (
        ("deadweight", "What would have happened anyway", 0.52), ("worth", "What a sustained job is worth", 0.24),
        ("people", "Which people came (bootstrap)", 0.14), ("rates", "How fast people move", 0.07),
        ("years", "How long jobs last", 0.03),
    )  # fmt: skip
    return tuple(Driver(*row) for row in rows)


def _journey() -> tuple[JourneyStep, ...]:
    rows = (
        ("referred", 0.6, "Council Skills Team", 0.0), ("engaged", 3.4, "Harbour Trust", 1_020.0),
        ("barriers", 4.8, "North Quay Housing", 3_260.0), ("skilled", 3.1, "Marlhaven College", 7_140.0),
        ("work", 6.0, "Tideway Employers' Forum", 16_200.0), ("sustained", 0.0, "", 37_900.0),
    )  # fmt: skip
    return tuple(JourneyStep(*row) for row in rows)


def _distance() -> tuple[Distance, ...]:
    return (
        Distance("Confidence", 1402, 1098, 2.1, 3.2, Estimate(1.1, 1.0, 1.2), 610, 44, 0.9),
        Distance(
            "Health",
            1388,
            1112,
            2.6,
            2.8,
            Estimate(0.2, 0.1, 0.3),
            None,
            None,
            None,
            "no reliability is stated for this area",
        ),
    )


def _occupation() -> tuple[Occupation, ...]:
    return (
        Occupation("Skilled", 12, 0.24, Estimate(0.195, 0.17, 0.22), True),
        Occupation("In work", 12, 0.11, Estimate(0.115, 0.10, 0.13), False),
        Occupation("Sustained", 24, 0.19, Estimate(0.18, 0.16, 0.20), False),
    )


def _conventions() -> tuple[Convention, ...]:
    return (
        Convention("price_year", "Price year", "2025/26"),
        Convention("discount", "Discounting", "3.5% a year, Green Book standard"),
        Convention("horizon", "Horizon", "60 months from referral"),
        Convention("prior", "Person-months lent to each segment by the others", "6", "assumed"),
        Convention("overlap", "Support at the same time", "shared equally", "assumed"),
    )


def _sources() -> tuple[SourceNote, ...]:
    return (
        SourceNote(
            "Chance of sustained work without the programme",
            "0.23 (0.19 to 0.27)",
            "Stated by the programme.",
            "assumed",
        ),
        SourceNote(
            "Saving in benefits a year", "£7,900 (£6,400 to £9,300)", "Invented for the demonstration.", "unverified"
        ),
        SourceNote("Discount rate", "3.5%", "HM Treasury, The Green Book (2022).", ""),
    )


def without_pounds() -> Valuation:
    """The same ledger with no job value and no comparison: most of what may be None is None."""
    base = sample()
    lines = tuple(_in_jobs(each) for each in base.lines)
    jobs = Estimate(466.0, 430.0, 502.0)
    return replace(
        base, invented=False, rule="outcome_only", basis="none", unit="sustained jobs",
        total=_in_jobs(base.total), lines=lines,
        unattributed=_in_jobs(base.unattributed), gains=(), additionality=None, chance_without=None, slowing=None,
        rules=(RuleTotal("outcome_only", "One for each.", jobs, "gross value", None, None, "there are no pounds"),),
        unit_costs=(UnitCost("sustained", "People still in work after 26 weeks.", 0, Estimate(float("inf"), why=FEW)),),
        ratio_definition="", drivers=(),
        journey=tuple(replace(step, worth=step.worth / 42_000) for step in base.journey),
        stages=tuple(_stage_in_jobs(stage) for stage in STAGES), sources=(),
        distance=(), occupation=(), closed_total=Estimate(float("nan"), why="no window has closed"), closed_spells=0,
        limits=(Limit("gross", "Nothing is taken off for what would have happened anyway.", True),),
    )  # fmt: skip


def _stage_in_jobs(stage: FlowStage) -> FlowStage:
    worth = stage.worth_of_standing.scaled(1 / 42_000)
    return replace(stage, credit=stage.credit.scaled(1 / 42_000), worth_of_standing=worth)


def _in_jobs(each: Line) -> Line:
    return replace(
        each, credit=each.jobs, ratio=None, why_no_ratio="there are no pounds", chance_above_one=None, shrunk=None,
        rank=None, second_shape=None,
    )  # fmt: skip


def hostile() -> Valuation:
    """Names that try to break the page, or turn it round."""
    base = sample()
    names = dict(enumerate((HOSTILE, LONG, RIGHT_TO_LEFT, EMOJI, "\x1b[31mred", "W" * 120)))
    lines = tuple(replace(each, name=names.get(index, each.name)) for index, each in enumerate(base.lines))
    stages = (replace(base.stages[0], name=HOSTILE), replace(base.stages[1], name=LONG), *base.stages[2:])
    return replace(
        base, programme=f"{HOSTILE} {RIGHT_TO_LEFT}", place="[bold]Nowhere[/bold]", lines=lines, stages=stages
    )
