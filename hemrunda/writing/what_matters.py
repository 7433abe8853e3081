"""What a manager wants to know first of a plan: who gets nobody, who changes, five figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hemrunda.speech.spoken import said
from hemrunda.workfolder.baseline_plan import Baseline, of_today
from routing.measures.numbers import never_whole

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext

CAUSES_MOST: Final = 8
WHERE_EXACT: Final = (
    "Planen har skyddade personuppgifter: vem som gör vilket besök, och när, står i "
    "private/rounds.xlsx, i studion och på rundbladen, inte i filer som delas, för ur rundorna går "
    "det att räkna ut var den skyddade bor."
)
WHERE_HIDDEN: Final = (
    "Brukare med skyddade uppgifter är inte räknade här. Deras besök utan plats står i "
    "private/unplanned.csv."
)
MOVES_MOST: Final = 12


@dataclass(frozen=True)
class Figure:
    """One of the five: what it is now, what it was, what is wanted and what can be reached.

    Attributes
    ----------
    name : str
    now, before : float or None
    unit : str
    target : str
        In words; empty where nobody has set one.
    ceiling : float or None
        The most that the roster allows.
    step : int
        1 where it should rise to reach the target, -1 where it should fall, 0 where it is reached.
        Where there is a before and no target: which way it went.
    """

    name: str
    now: float | None
    before: float | None
    unit: str
    target: str
    ceiling: float | None
    step: int


def five_figures(plan: PlanContext, before: Baseline | None) -> list[Figure]:
    """Visits planned, the contact's share, faces, client time and travel."""
    now: Mapping[str, Any] = plan.measures.as_dict()["municipality"]  # type: ignore[assignment]
    was: Mapping[str, Any] = before.measures.get("municipality", {}) if before else {}
    low, high = now["hours"]["band_pct"]
    contact, target = _at(now, "who.tier_pct.contact"), now["who"]["contact_target_pct"]
    client_time = _at(now, "hours.client_time_pct")
    share = never_whole(now["planned"]["n_planned"], now["planned"]["n_due"])
    old = was.get("planned", {})
    share_was = never_whole(old.get("n_planned", 0), old.get("n_due", 0))
    distinct, travel = "continuity.distinct_carers_mean", "hours.travel_pct"
    days = now["continuity"]["period_days"]
    return [
        Figure(said("Besök planerade"), share, share_was, "%", "100 %", None,
               int(share is not None and share < 100)),
        Figure(said("Besök av omsorgskontakt"), contact, _at(was, "who.tier_pct.contact"), "%",
               f"{target} %", now["who"]["contact_ceiling_pct"],
               int(contact is not None and contact < target)),
        Figure(said("Olika personal på {days} dagar").format(days=days), _at(now, distinct),
               _at(was, distinct), "", "", None, _went(_at(was, distinct), _at(now, distinct))),
        Figure(said("Brukartid"), client_time, _at(was, "hours.client_time_pct"), "%",
               f"{low}–{high} %", None, _into(client_time, low, high)),
        Figure(said("Resor av arbetstiden"), _at(now, travel), _at(was, travel), "%", "", None,
               _went(_at(was, travel), _at(now, travel))),
    ]  # fmt: skip


def _at(measures: Mapping[str, Any], place: str) -> float | None:
    value: Any = measures
    for step in place.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return float(value) if isinstance(value, (int, float)) else None


def _went(was: float | None, now: float | None) -> int:
    if was is None or now is None or round(now - was, 1) == 0:
        return 0
    return 1 if now > was else -1


def _into(now: float | None, low: float, high: float) -> int:
    return 0 if now is None or low <= now <= high else 1 if now < low else -1


def exact_lines(plan: PlanContext) -> list[str]:
    """Where the exact rounds are and why, while anybody is protected; nothing else."""
    from data.care.hidden import is_by_team

    return [said(WHERE_EXACT)] if is_by_team(plan.municipality, plan.round_plan) else []


def unplanned_lines(plan: PlanContext, *, is_shared: bool = False) -> list[str]:
    """What must be done and has no place, by cause; then how much else.

    Parameters
    ----------
    is_shared : bool
        Whether others read it: a number that counts the hidden, less those that are told, would
        be theirs.
    """
    from data.care.hidden import hidden_clients, shown_unplanned
    from data.care.shortfalls import MUST_PRIORITY, shortfalls

    unplanned = plan.round_plan.unplanned
    if is_shared:
        unplanned = shown_unplanned(plan.municipality, plan.round_plan)
    n_must = sum(row.priority == MUST_PRIORITY for row in unplanned)
    lines = []
    if n_must:
        lines.append(said("MÅSTE GÖRAS, UTAN PLATS: {n} besök").format(n=n_must))
        rows = shown_unplanned(plan.municipality, plan.round_plan)
        missing = shortfalls(plan.municipality, plan.team_plan.team_of_client, rows)
        causes = [shortfall for shortfall in missing if shortfall.n_must]
        lines += [
            "  "
            + said("{cause} ({n} besök). Hjälper: {remedy}").format(
                cause=shortfall.cause, n=len(shortfall.rows), remedy=shortfall.remedy
            )
            for shortfall in causes[:CAUSES_MOST]
        ]
        if len(causes) > CAUSES_MOST:
            lines.append("  " + said("… och {n} till").format(n=len(causes) - CAUSES_MOST))
    else:
        lines.append(said("Alla besök som måste göras har plats."))
    if others := len(unplanned) - n_must:
        lines.append(
            said("Andra besök utan plats: {n}. Orsak och åtgärd: unplanned.csv").format(n=others)
        )
    if is_shared and hidden_clients(plan.municipality):
        lines.append(said(WHERE_HIDDEN))
    return lines


def changed(plan: PlanContext, before: Baseline | None) -> tuple[list[tuple[str, str, str]], int]:
    """Clients who change team (id, from, to), and how many change contact; none is told hidden."""
    from data.care.hidden import may_show

    was = before or of_today(plan)
    shown, team_of = may_show(plan.municipality), plan.team_plan.team_of_client
    moved = [
        (client_id, was.team_of[client_id], team_id)
        for client_id, team_id in sorted(team_of.items())
        if client_id in shown and was.team_of.get(client_id, team_id) != team_id
    ]
    contacts = plan.team_plan.contact
    n_contacts = sum(
        client_id in shown and contacts.get(client_id) not in (None, contact_id)
        for client_id, contact_id in was.contact_of.items()
    )
    return moved, n_contacts


def change_lines(plan: PlanContext, before: Baseline | None) -> list[str]:
    """How many change team and contact, and who changes team."""
    moved, n_contacts = changed(plan, before)
    n_clients = len(plan.shown.team_plan.team_of_client)
    lines = [
        said("Byter arbetslag: {moved} av {clients} brukare. Byter omsorgskontakt: {n}").format(
            moved=len(moved), clients=n_clients, n=n_contacts
        )
    ]
    if len(moved) <= MOVES_MOST:
        return lines + [f"  {client}: {old} → {new}" for client, old, new in moved]
    return [*lines, "  " + said("Vilka: clients.csv, kolumnen Bytt lag")]


def next_step(plan: PlanContext, before: Baseline | None, out: Path) -> str:
    """The command that most likely comes next."""
    from data.care.hidden import shown_unplanned

    shown = shown_unplanned(plan.municipality, plan.round_plan)
    must = [row for row in shown if row.priority == 1]
    if must:
        return f"hemrunda ask visit {out} {must[0].visit_id} --day {must[0].date}"
    if changed(plan, before)[0]:
        return f"hemrunda write report {out}"
    return f"hemrunda write sheets {out}"


def table_lines(figures: Sequence[Figure], arrows: Mapping[int, str]) -> list[str]:
    """The five figures as a table for a terminal."""
    has_before = any(figure.before is not None for figure in figures)
    header = [said("Mått"), *([said("Förut")] if has_before else []), said("Nu"), "", said("Mål"),
              said("Tak")]  # fmt: skip
    rows = [header]
    for figure in figures:
        before = [_formatted(figure.before, figure.unit)] if has_before else []
        ceiling = "" if figure.ceiling is None else _formatted(figure.ceiling, "%")
        now = _formatted(figure.now, figure.unit)
        rows.append([figure.name, *before, now, arrows[figure.step], figure.target, ceiling])
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, len(header) - 3) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _formatted(value: float | None, unit: str) -> str:
    from data.units import number_text

    return "–" if value is None else f"{number_text(value, 1)} {unit}".strip()
