"""The profile of an area written down: the answer, the map, facts by group, the plan, what is missing, sources."""

from collections.abc import Iterator

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.report import Fact, Report, Section
from commongoal.kernel.words import clean, counted, listed, percent, written_day
from commongoal.places.engine.figures import AreaFigure, Layer
from commongoal.places.engine.indicators import Indicator
from commongoal.places.engine.profile import Concentrated, HotSpotMap, IndicatorOfArea, Profile
from commongoal.places.engine.report.place_maps import map_figure
from commongoal.places.engine.report.wording import (
    NOT_AVAILABLE,
    OVERDUE,
    SIZES_OF,
    Link,
    change_cell,
    definition_section,
    error_words,
    figure_cell,
    figure_words,
    kind_words,
    kinds_words,
    nowhere,
    sources_section,
    when_of,
    writing,
)

INTERVALS = (
    "Under a figure stands its 95% interval, which allows for chance, where it is known. A change over a year is said "
    "only where what is counted stayed the same."
)


MANY = 6
"""Things that cannot be said of which a screen has the list at once; more are a choice away."""


def profile_report(profile: Profile, link: Link = nowhere) -> Report:
    """The whole report; `link` says where the page of an area is."""
    told = [fact for fact in profile.facts if fact.figure.value is not None]
    return Report(
        title=f"{clean(profile.area.name)}: profile",
        programme=clean(profile.area.name),
        notice="",
        heading=_heading(profile),
        marks=(),
        lead=tuple(_lead(profile)),
        warnings=tuple(_warnings(profile)),
        facts=_facts(profile, told),
        sections=tuple(_sections(profile, link)),
    )


def _chosen(profile: Profile) -> IndicatorOfArea | None:
    found = [fact for fact in profile.facts if fact.indicator.code == profile.chosen.code]
    return found[0] if found and found[0].figure.value is not None else None


def _heading(profile: Profile) -> str:
    """The answer: how the area stands beside what it lies in, or how concentrated it is."""
    name, fact = clean(profile.area.name), _chosen(profile)
    if fact is not None:
        return f"{name}: {_standing(fact)}"
    if profile.concentrations and profile.layer:
        return f"{name}: {concentration_words(profile.concentrations[0], profile)}"
    other = next((each for each in profile.facts if each.figure.value is not None), None)
    return f"{name}: {_standing(other)}" if other else f"Nothing is known of {name} yet"


def _standing(fact: IndicatorOfArea) -> str:
    write, own, said = writing(fact.indicator), fact.figure, _said(fact)
    beside = next((one for one in fact.beside if one.value is not None), None)
    if beside is None or beside.value is None or not fact.indicator.unit.startswith(("per cent", "pounds")):
        return said
    return f"{said}, {_against(own, beside)} {clean(beside.area.name)} ({write(beside.value)})"


def _said(fact: IndicatorOfArea) -> str:
    """A figure in a sentence: "7,000 people claiming unemployment benefits", "employment rate is 74.1%"."""
    assert fact.figure.value is not None
    value, name = (
        writing(fact.indicator)(fact.figure.value),
        clean(fact.indicator.name[:1].lower() + fact.indicator.name[1:]),
    )
    return f"{value} {name}" if fact.indicator.unit in COUNTED else f"{name} is {value}"


COUNTED = ("people", "households")


def _against(own: AreaFigure, other: AreaFigure) -> str:
    """How one figure stands beside another, by its interval."""
    if own.value is None or other.value is None or own.low is None or own.high is None:
        return "beside"
    low = other.value if other.low is None else other.low
    high = other.value if other.high is None else other.high
    return "higher than in" if own.low > high else "lower than in" if own.high < low else "much as in"


def concentration_words(found: Concentrated, profile: Profile) -> str:
    """The 10% of LSOAs with the highest rates hold 31% of the count."""
    assert profile.layer is not None
    kinds = kinds_words(profile.layer.figures[0].area.kind)
    held = f"{percent(found.share)} of {counted_words(profile.chosen)}"
    if found.of_areas < len(profile.layer.figures):
        known = f"of the {found.of_areas} {kinds} with a figure"
        return f"{known}, the {percent(found.top)} with the highest rates hold {held}"
    return f"the {percent(found.top)} of {kinds} with the highest rates hold {held}"


def left_out_words(layer: Layer | None) -> tuple[str, ...]:
    """How many parts have no figure, which is not read as none."""
    missing = sum(figure.value is None for figure in layer.figures) if layer else 0
    if layer is None or not missing:
        return ()
    kind = layer.figures[0].area.kind
    those = f"1 {kind_words(kind)} has" if missing == 1 else f"{missing:,} {kinds_words(kind)} have"
    return (f"{those} no figure, and {'is' if missing == 1 else 'are'} left out of what is said of them together.",)


def counted_words(indicator: Indicator) -> str:
    """Who the count is of, as a plural."""
    if indicator.unit == "households":
        return "the households counted"
    return "claimants" if indicator.group == "Out of work" else "the people counted"


def _lead(profile: Profile) -> Iterator[str]:
    fact = _chosen(profile)
    if fact is not None:
        of_when = when_of(fact.indicator, fact.period)
        yield f"{clean(fact.indicator.name)}, {of_when}: {figure_words(fact.indicator, fact.figure)}."
    for found in profile.concentrations[:1]:
        words = concentration_words(found, profile)
        chance = f"By chance alone they would hold {percent(found.low)} to {percent(found.high)}."
        yield f"{words[:1].upper()}{words[1:]}. {chance}"


def _warnings(profile: Profile) -> Iterator[str]:
    due = [clean(fact.indicator.name) for fact in profile.facts if fact.overdue]
    if due:
        many = counted(len(due), "definition", "definitions")
        yield f"{many} should have been looked at again before today: {listed(due)}."


def _facts(profile: Profile, told: list[IndicatorOfArea]) -> tuple[Fact, ...]:
    found = [
        Fact("Area", Cell(f"{clean(profile.area.name)} ({clean(profile.area.code)})", kind_words(profile.area.kind)))
    ]
    if profile.within:
        found.append(Fact("Lies in", Cell(listed([clean(one.name) for one in profile.within]))))
    found.append(Fact("Figures", Cell(f"{len(told)} of {len(profile.facts)} measures are held")))
    found.append(Fact("As of", Cell(written_day(profile.on))))
    return tuple(found)


def _sections(profile: Profile, link: Link) -> Iterator[Section]:
    if profile.spots is not None and profile.layer is not None:
        yield _map(profile, profile.spots, link)
    note = INTERVALS
    for group in dict.fromkeys(fact.indicator.group for fact in profile.facts):
        rows = [fact for fact in profile.facts if fact.indicator.group == group and fact.figure.value is not None]
        if rows:
            yield _group(group, rows, link, note)
            note = ""  # once is enough
    if profile.to_fill:
        yield _plan(profile)
    if profile.missing:
        title = f"{counted(len(profile.missing), 'thing', 'things')} that cannot be said, and why"
        folded = "Which, and why" if len(profile.missing) > MANY else ""
        yield Section("missing", title, points=tuple(clean(words) for words in profile.missing), folded=folded)
    yield definition_section(profile.chosen, profile.chosen.overdue(profile.on))
    yield sources_section(profile.sources)


def _map(profile: Profile, spots: HotSpotMap, link: Link) -> Section:
    assert profile.layer is not None
    layer = profile.layer
    kinds = kinds_words(layer.figures[0].area.kind)
    drawn = map_figure("map", spots, link)
    sizes, of_when = SIZES_OF.get(layer.figures[0].area.kind, ""), when_of(layer.indicator, layer.period)
    words = [f"{len(layer.figures)} {kinds}, {of_when}.{sizes}"]
    if spots.why:
        words.append(f"Which of them stand out together cannot be said: {clean(spots.why)}.")
    elif not spots.hot:
        words.append("No group of them is higher than chance explains.")
    tables = () if drawn else (layer_table(layer.indicator, layer.figures, link),)
    notes = dict.fromkeys((*left_out_words(layer), *(clean(note) for note in (*layer.notes, *spots.notes))))
    return Section("map", map_title(spots, kinds), tuple(words), figure=drawn, tables=tables, points=tuple(notes))


def map_title(spots: HotSpotMap, kinds: str) -> str:
    """The answer of a map: how many of its parts stand out."""
    total = len(spots.layer.figures) if spots.layer else 0
    if spots.why or spots.spots is None:
        return f"{total} {kinds}, each with its figure"
    hot = len(spots.hot)
    if not hot:
        return f"None of {total} {kinds} stands out beyond chance"
    if hot == 1:
        return f"1 of {total} {kinds} is high with those around it, beyond what chance explains"
    return f"{hot} of {total} {kinds} are high together, beyond what chance explains"


def layer_table(indicator: Indicator, figures: tuple[AreaFigure, ...], link: Link) -> Table:
    """Every area of a layer by name, with count, denominator, value, and how far rounding may move it."""
    rows = tuple(
        cells(
            Cell(clean(one.area.name), link=link(one.area.code)),
            "" if one.count is None else f"{one.count:,.0f}",
            "" if one.of is None else f"{one.of:,.0f}",
            figure_cell(indicator, one),
            error_words(indicator, one),
        )
        for one in sorted(figures, key=lambda one: (one.area.name, one.area.code))
    )
    headers = heads("Area", "Count", "Out of", Cell(clean(indicator.name), "95% interval"), "Rounding may move it by")
    return Table(f"{clean(indicator.name)} by area", headers, rows)


def _group(group: str, rows: list[IndicatorOfArea], link: Link, note: str) -> Section:
    beside = {one.area.code: one.area for fact in rows for one in fact.beside if one.value is not None}
    headers = heads(
        Cell("Measure", "of when"), Cell(clean(rows[0].figure.area.name), "95% interval"),
        *(Cell(clean(area.name), kind_words(area.kind), link=link(area.code)) for area in beside.values()),
        Cell("Over a year", "chance"),
    )  # fmt: skip
    body = tuple(
        cells(
            Cell(clean(fact.indicator.name), _when_and_unit(fact)),
            figure_cell(fact.indicator, fact.figure),
            *(_beside(fact, code) for code in beside),
            change_cell(fact.indicator, fact.change),
        )
        for fact in rows
    )
    caption = f"{group}: {clean(rows[0].figure.area.name)}{' beside the areas it lies in' if beside else ''}"
    table = Table(caption, headers, body, text_columns=(0, len(headers) - 1), note=note)
    notes = dict.fromkeys(clean(f"{fact.indicator.name}: {note}") for fact in rows for note in fact.notes)
    broken = dict.fromkeys(_broken(fact) for fact in rows)
    due = [f"{clean(fact.indicator.name)}: {OVERDUE}" for fact in rows if fact.overdue]
    return Section(
        _id(group),
        f"{group}: {_said(rows[0])}",
        tables=(table,),
        points=tuple(words for words in (*notes, *broken, *due) if words),
    )


def _broken(fact: IndicatorOfArea) -> str:
    """Why no change over a year is said, where a break stands between; empty otherwise."""
    why = clean(fact.change.why) if fact.change else ""
    return f"{why[:1].upper()}{why[1:]}" if ":" in why else ""


def _beside(fact: IndicatorOfArea, code: str) -> Cell:
    found = next((one for one in fact.beside if one.area.code == code), None)
    if found is None or found.value is None:
        return Cell(NOT_AVAILABLE)
    return figure_cell(fact.indicator, found)


def _when_and_unit(fact: IndicatorOfArea) -> str:
    return f"{when_of(fact.indicator, fact.period)}; {clean(fact.indicator.unit)}"


def _id(group: str) -> str:
    return "group-" + "-".join("".join(char if char.isalnum() else " " for char in group.lower()).split())


def _plan(profile: Profile) -> Section:
    rows = []
    for one in profile.to_fill:
        plan = one.plan
        baseline = Cell(plan.baseline, plan.baseline_period) if plan and plan.baseline else Cell(TO_FILL)
        target = (
            Cell(plan.target, f"by {plan.target_by}" if plan.target_by else "")
            if plan and plan.target
            else Cell(TO_FILL)
        )
        returns = listed([f"{text} ({period})" for period, text in plan.returns]) if plan and plan.returns else TO_FILL
        rows.append(cells(Cell(clean(one.name), clean(one.unit)), baseline, target, clean(returns)))
    filled = sum(1 for one in profile.to_fill if one.plan and not one.plan.to_fill)
    title = f"{filled} of {len(profile.to_fill)} outcome measures of the plan are filled"
    headers = heads("Outcome measure", Cell("Baseline", "of when"), Cell("Target", "by when"), "Returns")
    table = Table(
        "Outcome measures of the local Get Britain Working plan", headers, tuple(rows), text_columns=(0, 1, 2, 3)
    )
    folded = "" if filled else f"The {len(rows)} measures"
    return Section("plan", title, (PLAN,), tables=(table,), folded=folded)


TO_FILL = "to be filled"
PLAN = (
    "The measures that a local plan answers for, with baseline, target and what came in. A partnership fills them in a "
    "file of its own definitions."
)
