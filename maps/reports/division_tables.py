"""A whole division in one column of figures, and the table of two of them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.plans import DivisionFigures
from maps.common.audiences import CELL_MIN, Manager, Profile
from maps.common.html_parts import Table, change_text, number
from maps.common.rounding import TRAVEL_STEP_MIN, about

ROWS = (
    ("tp_n_teams", "n_teams", 0, 0),
    ("tp_least", "clients_least", 0, 0),
    ("tp_most", "clients_most", 0, 0),
    ("tp_care_off", "care_off_pct", 1, -1),
    ("tp_rounds_off", "rounds_off", 2, -1),
    ("tp_travel", "travel_min_week", 0, -1),
    ("tp_loose", "n_teams_in_parts", 0, -1),
)
"""Text key, field, decimals, and 1 or -1 where more or less is better."""
SHAPE_ROWS = (("tp_compact", "compactness", 2, 1),)
"""The measure of shape, for an appendix."""


def sums_about(sums: DivisionFigures) -> DivisionFigures:
    """The figures as anybody may see them; sizes under five stay, to be left out."""
    least, most = (n if n < CELL_MIN else about(n) for n in (sums.clients_least, sums.clients_most))
    return replace(
        sums,
        clients_least=least,
        clients_most=most,
        care_off_pct=float(about(sums.care_off_pct, 5)),
        rounds_off=about(2 * sums.rounds_off, 1) / 2,
        travel_min_week=float(about(sums.travel_min_week, TRAVEL_STEP_MIN)),
        compactness=round(sums.compactness, 1),
    )


def division_table(
    now: DivisionFigures,
    before: DivisionFigures | None,
    profile: Profile,
    words: Mapping[str, str],
    rows: Sequence[tuple[str, str, int, int]] = ROWS,
) -> Table:
    """Before, now and the change, or now alone.

    To others than managers sizes and minutes are rounded, sizes under five are not told, nor in
    how many parts teams are: one client away from the rest decides that (G7).
    """
    table_rows = []
    is_open = isinstance(profile, Manager)
    now, before = (now, before) if is_open else (sums_about(now), before and sums_about(before))
    for key, field, digits, better in rows:
        if field == "n_teams_in_parts" and not is_open:
            continue
        value = getattr(now, field)
        cells = [words[key], _formatted(field, value, digits, profile, words)]
        if before is not None:
            was = getattr(before, field)
            cells[1:1] = [_formatted(field, was, digits, profile, words)]
            is_hidden = words["fewer_than_five"] in cells
            cells.append("–" if is_hidden else change_text(was, value, digits, better, words))
        table_rows.append(tuple(cells))
    if before is None:
        return Table((words["measure"], words["now"]), tuple(table_rows), (0.75, 0.25))
    header = (words["measure"], words["before"], words["now"], words["change"])
    return Table(header, tuple(table_rows), (0.46, 0.15, 0.15, 0.24))


def _formatted(
    field: str, value: float | None, digits: int, profile: Profile, words: Mapping[str, str]
) -> str:
    is_size = field in ("clients_least", "clients_most")
    if is_size and value is not None and value < CELL_MIN and not isinstance(profile, Manager):
        return words["fewer_than_five"]
    return number(value, digits)
