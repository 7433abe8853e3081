"""The report for board and union: parts in order, the same on page and paper.

Built from measures and teams only. Nobody is named; moves are told by team, and by client id for
managers. Teams and moves of fewer than five clients are not told to others (G7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from maps.base.audiences import CELL_MIN, Manager, Profile
from maps.base.drawing import Picture
from maps.base.html_parts import (
    CHART_WIDTH,
    Chart,
    Heading,
    Part,
    Table,
    Text,
    change_text,
    number,
)
from maps.base.rounding import about, about_or_fewer
from maps.reports.charts import bars, load_curve
from maps.screen.team_changes import movers
from maps.screen.team_view import TeamsView

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
BRIEF = (
    "m_unplanned", "m_contact", "m_ceiling", "m_carers_mean", "m_client_time", "m_travel_visit",
)  # fmt: skip
"""What the first page tells: five figures, the contacts' share beside its ceiling."""


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
    contacts: tuple[int, int] = (0, 0),
    division: Table | None = None,
    care_before: Mapping[str, float],
) -> list[Part]:
    """All parts of the report.

    Parameters
    ----------
    measures, before : mapping
        ``measures.json`` of the plan and, where there is one, of the plan before.
    teams_before, teams_now : mapping of client_id to team_id
        Without protected clients.
    picture : Picture, optional
        The map of the teams.
    contacts : tuple of int
        Clients who get another contact, of so many who had one.
    division : Table, optional
        The division in figures.
    care_before : mapping of team_id to float
        Care minutes a week of the teams before.
    """
    scope = measures.get("municipality", {})
    parts: list[Part] = [
        Text(words["report_intro"].format(
            teams=len(view.teams),
            clients=_count(scope.get("n_clients", len(teams_now)), profile, words),
        )),
        *([] if isinstance(profile, Manager) else [Text(words["rounded_note"])]),
    ]  # fmt: skip
    # Page 1 is what is decided about: some figures, and what they mean for people.
    sums, *who = _changes(teams_before, teams_now, profile, words)
    brief = measures_table(scope, (before or {}).get("municipality"), words, BRIEF)
    if brief.rows:
        parts += [Heading(words["report_brief"]), brief]
    parts += [sums, *_new_contacts(contacts, profile, words)]
    if picture is not None:
        parts += [Heading(words["team_map"]), Chart(picture, words["team_map"])]
    if division is not None:
        parts += [Heading(words["tp_sums"]), division, Text(words["report_division"])]
    parts += [
        Heading(words["report_measures"]),
        measures_table(scope, (before or {}).get("municipality"), words),
        *_of_measures(before, teams_before, words),
        Heading(words["report_load"]),
        *_load(view, measures, care_before, words),
        *_curve(scope, words),
        *([Heading(words["report_changes"]), *who] if who else []),
        Heading(words["report_definitions"]),
        *(
            Text(f"{words[key]}: {words[f'{key}_is']}")
            for key, place, _, _ in ROWS
            if _at(scope, place) is not None
        ),
    ]
    return parts


def _at(scope: Mapping[str, Any] | None, place: str) -> float | None:
    value: Any = scope
    for step in place.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return float(value) if isinstance(value, (int, float)) else None


def measures_table(
    scope: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    words: Mapping[str, str],
    keys: Collection[str] = (),
) -> Table:
    """The measures line by line: before, now and the change where there is a before.

    All of them, or those of ``keys``.
    """
    rows = []
    for key, place, digits, better in ROWS:
        if keys and key not in keys:
            continue
        now, was = _at(scope, place), _at(before, place)
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
            number(_at(of_team.get(card.team_id), place), digits) for _, place, digits in columns
        ))
        for card in shown
    )  # fmt: skip
    header = tuple(words[key] for key in ("team", "clients", *(key for key, _, _ in columns)))
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
    shown, of = (_count(n, profile, words) for n in (n_new, n_had))
    return [Text(words["contacts_sum"].format(n=shown, all=of))]


def _count(n: int, profile: Profile, words: Mapping[str, str]) -> str:
    """A count of clients: exact for managers, in whole fives for anybody else."""
    return number(n, 0) if isinstance(profile, Manager) else about_or_fewer(n, words)
