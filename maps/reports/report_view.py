"""The report for board and union: parts in order, the same on page and paper.

Built from measures and teams only. Nobody is named; moves are told by team, and by client id for
managers. Teams and moves of fewer than five clients are not told to others (G7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.care.shortfalls import Shortfall
from data.plans import DivisionFigures
from maps.common.audiences import CELL_MIN, Manager, Profile
from maps.common.drawing import Picture
from maps.common.html_parts import (
    CHART_WIDTH,
    Chart,
    Heading,
    Part,
    Table,
    Text,
    change_text,
    number,
)
from maps.common.rounding import about, about_or_fewer
from maps.reports.charts import bars, load_curve
from maps.reports.division_tables import SHAPE_ROWS, division_table, sums_about
from maps.reports.report_first import at, five_figures, gain_parts, must_parts
from maps.screen.team_changes import movers
from maps.screen.team_view import ManagerTeams, TeamsView

ROWS: tuple[tuple[str, str, int, int], ...] = (
    ("m_planned", "planned.planned_pct", 1, 1),
    ("m_unplanned", "planned.n_unplanned", 0, -1),
    ("m_contact", "who.tier_pct.contact", 1, 1),
    ("m_ceiling", "who.contact_ceiling_pct", 1, 0),
    ("m_vice", "who.tier_pct.vice", 1, 0),
    ("m_team", "who.tier_pct.team", 1, 0),
    ("m_floater", "who.tier_pct.floater", 1, 0),
    ("m_pool", "who.tier_pct.pool", 1, -1),
    ("m_non_daily", "who.non_daily_by_contact_pct", 1, 1),
    ("m_carers_mean", "continuity.distinct_carers_mean", 1, -1),
    ("m_carers_median", "continuity.distinct_carers_median", 1, -1),
    ("m_wished", "continuity.wished_within_30_pct", 1, 1),
    ("m_spread", "continuity.start_spread_median_min", 0, -1),
    ("m_client_time", "hours.client_time_pct", 1, 0),
    ("m_travel", "hours.travel_pct", 1, -1),
    ("m_travel_visit", "hours.travel_per_visit_min", 1, -1),
    ("m_breaks_held", "hours.n_breaks_held", 0, 0),
    ("m_breaks_due", "hours.n_breaks_due", 0, 0),
    ("m_spare", "hours.spare_at_end_median_min", 0, 0),
)
"""Text key, place in the measures, decimals, and 1 or -1 where more or less is better."""


def report_parts(
    view: TeamsView,
    measures: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    teams_before: Mapping[str, str],
    teams_now: Mapping[str, str],
    profile: Profile,
    words: Mapping[str, str],
    picture: Picture | None,
    *,
    facts: Facts,
) -> list[Part]:
    """All parts of the report: what is decided, then team by team, last how it is counted.

    Parameters
    ----------
    measures, before : mapping
        ``measures.json`` of the plan and, where there is one, of the plan before.
    teams_before, teams_now : mapping of client_id to team_id
        Without protected clients.
    picture : Picture, optional
        The map of the teams.
    """
    scope, was = measures.get("municipality", {}), (before or {}).get("municipality")
    sums, *who = _changes(teams_before, teams_now, profile, words)
    n_clients = _count(scope.get("n_clients", len(teams_now)), profile, words)
    parts: list[Part] = [
        Text(words["report_intro"].format(teams=len(view.teams), clients=n_clients)),
        *([] if isinstance(profile, Manager) else [Text(words["rounded_note"])]),
        *_left_out(view, words),
        *_headed("report_brief", [five_figures(scope, was, words)], words),
        *_headed("report_must_heading", must_parts(scope, facts.causes, profile, words), words),
        Heading(words["report_people"]),
        sums,
        *_new_contacts(facts.contacts, profile, words),
        *gain_parts(*facts.of_division(profile), words),
    ]
    if picture is not None:
        parts += [Heading(words["team_map"]), Chart(picture, words["team_map"])]
    parts += [Heading(words["report_load"]), *_load(view, measures, facts.care_before, words)]
    parts += _curve(scope, words)
    parts += _headed("report_changes", who, words)
    if facts.division is not None:
        main = division_table(facts.division, facts.division_before, profile, words)
        parts += [Heading(words["tp_sums"]), main, Text(words["report_division"])]
    parts += [
        Heading(words["report_definitions"]),
        measures_table(scope, was, words),
        *_of_measures(before, teams_before, words),
    ]
    if facts.division is not None:
        shapes = division_table(
            facts.division, facts.division_before, profile, words, rows=SHAPE_ROWS
        )
        parts += [shapes, Text(words["report_shapes"])]
    return [
        *parts,
        *(
            Text(f"{words[key]}: {words[f'{key}_is']}")
            for key, place, _, _ in ROWS
            if at(scope, place) is not None
        ),
    ]


def _left_out(view: TeamsView, words: Mapping[str, str]) -> list[Part]:
    """How many are not counted here: "all visits are planned" is said of the others alone."""
    n_hidden = view.n_protected if isinstance(view, ManagerTeams) else 0
    return [Text(words["report_hidden"].format(n=n_hidden))] if n_hidden else []


@dataclass(frozen=True)
class Facts:
    """What a report tells beside the measures.

    Attributes
    ----------
    contacts : tuple of int
        Clients who get another contact, of so many who had one.
    division, division_before : DivisionFigures, optional
    care_before : mapping of team_id to float
        Care minutes a week of the teams before.
    causes : sequence of Shortfall
        What has no carer, by cause; only what may be told of.
    """

    contacts: tuple[int, int] = (0, 0)
    division: DivisionFigures | None = None
    division_before: DivisionFigures | None = None
    care_before: Mapping[str, float] = field(default_factory=dict)
    causes: Sequence[Shortfall] = ()

    def of_division(
        self, profile: Profile
    ) -> tuple[DivisionFigures | None, DivisionFigures | None]:
        """The figures of both divisions as the profile may see them."""
        if isinstance(profile, Manager):
            return self.division, self.division_before
        return (
            self.division and sums_about(self.division),
            self.division_before and sums_about(self.division_before),
        )


def _headed(key: str, parts: Sequence[Part | None], words: Mapping[str, str]) -> list[Part]:
    """The parts under a heading; nothing at all where there are none."""
    filled = [part for part in parts if part is not None]
    return [Heading(words[key]), *filled] if filled else []


def measures_table(
    scope: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    words: Mapping[str, str],
) -> Table:
    """The measures line by line: before, now and the change where there is a before."""
    rows = []
    for key, place, digits, better in ROWS:
        now, was = at(scope, place), at(before, place)
        if now is None and was is None:
            continue
        cells = [words[key], number(now, digits)]
        if before is not None:
            cells[1:1] = [number(was, digits)]
            cells.append(change_text(was, now, digits, better, words))
        rows.append(tuple(cells))
    if before is None:
        return Table((words["measure"], words["now"]), tuple(rows), (0.75, 0.25))
    header = (words["measure"], words["before"], words["now"], words["change"])
    return Table(header, tuple(rows), (0.46, 0.15, 0.15, 0.24))


def _of_measures(
    before: Mapping[str, Any] | None, teams_before: Mapping[str, str], words: Mapping[str, str]
) -> list[Part]:
    if before is not None:
        return [Text(words["report_better"])]
    return [Text(words["report_no_rounds_before"])] if teams_before else []


def _load(
    view: TeamsView,
    measures: Mapping[str, Any],
    care_before: Mapping[str, float],
    words: Mapping[str, str],
) -> list[Part]:
    shown = [card for card in view.teams if card.n_clients is not None]
    care = [(card, card.measures.get("care_min_week")) for card in shown]
    known = [(card, float(value) / 60) for card, value in care if isinstance(value, (int, float))]
    parts: list[Part] = []
    if known:
        was = [_hours(care_before.get(card.team_id)) for card, _ in known]
        is_compared = any(value is not None for value in was)
        chart = bars(
            [card.team_id for card, _ in known], [value for _, value in known],
            was if is_compared else None, width=CHART_WIDTH,
        )  # fmt: skip
        note = words["load_note_before"] if is_compared else words["load_note_report"]
        parts += [Text(note), Chart(chart, words["care_hours_week"])]
    of_team = measures.get("teams", {})
    columns = [
        ("m_client_time", "hours.client_time_pct", 0),
        ("m_travel", "hours.travel_pct", 0),
        ("m_carers_mean", "continuity.distinct_carers_mean", 1),
    ]
    rows = tuple(
        (card.team_id, str(card.n_clients), *(
            number(at(of_team.get(card.team_id), place), digits) for _, place, digits in columns
        ))
        for card in shown
    )  # fmt: skip
    header = tuple(words[key] for key in ("team", "clients", *(word for word, _, _ in columns)))
    if any(row[2] != "–" for row in rows):
        parts.append(Table(header, rows, (0.2, 0.14, 0.22, 0.22, 0.22)))
    return parts


def _hours(minutes: float | None) -> float | None:
    return None if minutes is None else minutes / 60


def _curve(scope: Mapping[str, Any], words: Mapping[str, str]) -> list[Part]:
    load = scope.get("load")
    if not isinstance(load, Mapping) or not load.get("quarters"):
        return []
    chart = load_curve(
        load["quarters"], load["at_clients"], load["on_the_way"], load["on_duty"],
        width=CHART_WIDTH,
        names=(words["at_clients"], words["on_the_way"], words["on_duty"]),
    )  # fmt: skip
    return [Text(words["curve_note"]), Chart(chart, words["curve_note"])]


def _changes(
    before: Mapping[str, str], now: Mapping[str, str], profile: Profile, words: Mapping[str, str]
) -> list[Part]:
    if not before:
        return [Text(words["no_before"])]
    moved = movers(before, now)
    flows = Counter((before[client], now[client]) for client in moved)
    n_moved, n_all = (_count(len(state), profile, words) for state in (moved, now))
    parts: list[Part] = [Text(words["moves_sum"].format(n=n_moved, all=n_all))]
    if isinstance(profile, Manager):
        return [*parts, *_arrivals(moved, before, now, words)]
    rows: list[tuple[str, ...]] = []
    n_small = 0
    for (was, to), n in sorted(flows.items(), key=lambda item: (-item[1], item[0])):
        if n < CELL_MIN:
            n_small += n
            continue
        rows.append((was, to, str(about(n))))
    if rows:
        header = tuple(words[key] for key in ("before", "now", "number"))
        parts.append(Table(header, tuple(rows), (0.4, 0.4, 0.2), n_text=2))
    if n_small:
        parts.append(Text(words["small_moves"].format(n=_count(n_small, profile, words))))
    return parts


def _arrivals(
    moved: list[str], before: Mapping[str, str], now: Mapping[str, str], words: Mapping[str, str]
) -> list[Part]:
    """For each team who comes, from where, by id; and how many leave."""
    left = Counter(before[client] for client in moved)
    rows = []
    for to in sorted({now[client] for client in moved} | set(left)):
        coming: dict[str, list[str]] = {}
        for client in moved:
            if now[client] == to:
                coming.setdefault(before[client], []).append(client)
        order = sorted(coming.items(), key=lambda item: (-len(item[1]), item[0]))
        arrivals = "; ".join(
            words["moves_from"].format(team=team, clients=", ".join(who)) for team, who in order
        )
        rows.append((to, arrivals or "–", str(sum(map(len, coming.values()))), str(left[to])))
    if not rows:
        return []
    header = tuple(words[key] for key in ("team", "moves_who", "moves_in", "moves_out"))
    return [Table(header, tuple(rows), (0.12, 0.68, 0.1, 0.1), n_text=2)]


def _new_contacts(
    contacts: tuple[int, int], profile: Profile, words: Mapping[str, str]
) -> list[Part]:
    n_new, n_had = contacts
    if not n_had:
        return []
    shown, n_all = (_count(n, profile, words) for n in (n_new, n_had))
    return [Text(words["contacts_sum"].format(n=shown, all=n_all))]


def _count(n: int, profile: Profile, words: Mapping[str, str]) -> str:
    """A count of clients: exact for managers, in whole fives for anybody else."""
    return number(n, 0) if isinstance(profile, Manager) else about_or_fewer(n, words)
