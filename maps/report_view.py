"""The report for board and union: parts in order, the same on page and paper.

Built from measures and teams only. Nobody is named; moves are told by team, and by client id for
managers. Teams and moves of fewer than five clients are not told to others (G7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps.changes import movers
from maps.charts import bars, load_curve
from maps.drawing import Picture
from maps.profiles import CELL_MIN, Manager, Profile
from maps.team_view import TeamsView

CHART_WIDTH = 520.0

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


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """``shares`` are the columns' parts of the width; columns from ``n_text`` on are numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    n_text: int = 1


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with a text for those who cannot see it."""

    picture: Picture
    label: str


Part = Heading | Text | Table | Chart


def report_parts(
    view: TeamsView,
    measures: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    teams_before: Mapping[str, str],
    teams_now: Mapping[str, str],
    profile: Profile,
    words: Mapping[str, str],
    picture: Picture | None,
    contacts: tuple[int, int] = (0, 0),
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
    """
    scope = measures.get("municipality", {})
    parts: list[Part] = [
        Text(words["report_intro"].format(
            teams=len(view.teams), clients=scope.get("n_clients", len(teams_now)),
        )),
    ]  # fmt: skip
    if picture is not None:
        parts += [Heading(words["team_map"]), Chart(picture, words["team_map"])]
    parts += [
        Heading(words["report_measures"]),
        _measures(scope, (before or {}).get("municipality"), words),
        Text(words["report_better"]),
        Heading(words["report_load"]),
        Text(words["load_note_report"]),
        *_load(view, measures, before, words),
        *_curve(scope, words),
        Heading(words["report_changes"]),
        *_changes(teams_before, teams_now, profile, words),
        *_new_contacts(contacts, profile, words),
        Heading(words["report_definitions"]),
        *(
            Text(f"{words[key]}: {words[f'{key}_is']}")
            for key, place, _, _ in ROWS
            if _at(scope, place) is not None
        ),
    ]
    return parts


def _at(scope: Mapping[str, Any] | None, place: str) -> float | None:
    found: Any = scope
    for step in place.split("."):
        if not isinstance(found, Mapping) or step not in found:
            return None
        found = found[step]
    return float(found) if isinstance(found, (int, float)) else None


def number(value: float | None, digits: int) -> str:
    """As Swedes write it; – where there is none."""
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def _measures(
    scope: Mapping[str, Any], before: Mapping[str, Any] | None, words: Mapping[str, str]
) -> Table:
    rows = []
    for key, place, digits, better in ROWS:
        now, was = _at(scope, place), _at(before, place)
        if now is None and was is None:
            continue
        cells = [words[key], number(now, digits)]
        if before is not None:
            cells[1:1] = [number(was, digits)]
            cells.append(change_told(was, now, digits, better, words))
        rows.append(tuple(cells))
    if before is None:
        return Table((words["measure"], words["now"]), tuple(rows), (0.75, 0.25))
    header = (words["measure"], words["before"], words["now"], words["change"])
    return Table(header, tuple(rows), (0.46, 0.15, 0.15, 0.24))


def change_told(
    was: float | None, now: float | None, digits: int, better: int, words: Mapping[str, str]
) -> str:
    """The change in words; ``better`` is 1 or -1 where more or less is better."""
    if was is None or now is None:
        return "–"
    step = now - was
    if round(step, digits) == 0:
        return words["unchanged"]
    told = f"{'+' if step > 0 else '−'}{number(abs(step), digits)}"
    if not better:
        return told
    return f"{told} {words['is_better' if step * better > 0 else 'is_worse']}"


def _load(
    view: TeamsView,
    measures: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    words: Mapping[str, str],
) -> list[Part]:
    told = [card for card in view.teams if card.n_clients is not None]
    care = [(card, card.measures.get("care_min_week")) for card in told]
    known = [(card, float(value) / 60) for card, value in care if isinstance(value, (int, float))]
    parts: list[Part] = []
    if known:
        chart = bars(
            [card.team_id for card, _ in known], [value for _, value in known], width=CHART_WIDTH
        )
        parts.append(Chart(chart, words["care_hours_week"]))
    of_team = measures.get("teams", {})
    was_team = (before or {}).get("teams", {})
    rows = tuple(
        (
            card.team_id,
            str(card.n_clients),
            number(_at(of_team.get(card.team_id), "hours.client_time_pct"), 0),
            number(_at(of_team.get(card.team_id), "hours.travel_pct"), 0),
            number(_at(of_team.get(card.team_id), "continuity.distinct_carers_mean"), 1),
            number(_at(was_team.get(card.team_id), "continuity.distinct_carers_mean"), 1),
        )
        for card in told
    )
    header = tuple(
        words[key]
        for key in ("team", "clients", "m_client_time", "m_travel", "m_carers_mean", "before")
    )
    if any(row[2] != "–" for row in rows):
        parts.append(Table(header, rows, (0.2, 0.12, 0.2, 0.2, 0.16, 0.12)))
    return parts


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
    parts: list[Part] = [Text(words["moves_sum"].format(n=len(moved), all=len(now)))]
    is_open = isinstance(profile, Manager)
    rows: list[tuple[str, ...]] = []
    n_small = 0
    for (was, to), n in sorted(flows.items(), key=lambda item: (-item[1], item[0])):
        if not is_open and n < CELL_MIN:
            n_small += n
            continue
        who = sorted(c for c in moved if (before[c], now[c]) == (was, to)) if is_open else []
        rows.append((was, to, *([", ".join(who)] if is_open else []), str(n)))
    if rows:
        columns = ("before", "now", *(["clients"] if is_open else []), "number")
        shares = (0.14, 0.14, 0.6, 0.12) if is_open else (0.4, 0.4, 0.2)
        header = tuple(words[key] for key in columns)
        parts.append(Table(header, tuple(rows), shares, n_text=len(header) - 1))
    if n_small:
        parts.append(Text(words["small_moves"].format(n=n_small)))
    return parts


def _new_contacts(
    contacts: tuple[int, int], profile: Profile, words: Mapping[str, str]
) -> list[Part]:
    n_new, n_had = contacts
    if not n_had:
        return []
    is_small = not isinstance(profile, Manager) and 0 < n_new < CELL_MIN
    told = words["fewer_than_five"] if is_small else number(n_new, 0)
    return [Text(words["contacts_sum"].format(n=told, all=number(n_had, 0)))]
