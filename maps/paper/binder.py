"""The binder page (LU-07, MA-31): a contact's weeks, Monday to Sunday, with her stops in order."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from data.atomic import write_bytes
from data.model import Municipality
from data.plans import PlanRow, RoundPlan
from data.units import wall_clock
from maps.common.texts import texts
from maps.paper.pdf_paper import A4, Paper

FORMS = (((A4[1], A4[0]), 6.8), (A4, 6.8), (A4, 6.2))
"""Across, else upright where that saves a sheet; points of the letters."""
WEEK_WIDTH = 36.0
WEEKS_MAX = 4


def write_binder_page(
    path: Path,
    *,
    municipality: Municipality,
    round_plan: RoundPlan,
    staff_id: str,
    stamp: str,
    language: str = "sv",
) -> None:
    """Write the carer's plan as a grid of weeks on A4, up to four weeks, on one sheet if it fits.

    A day holds the shift and, line by line, when and to whom; protected clients are counted only.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    own = [rows for rows in round_plan.rounds.values() if rows[0].staff_id == staff_id]
    by_day: dict[dt.date, list[tuple[PlanRow, ...]]] = {}
    for rows in own:
        by_day.setdefault(rows[0].date, []).append(rows)
    monday = round_plan.dates[0] - dt.timedelta(round_plan.dates[0].weekday())
    last = round_plan.dates[-1]
    weeks = [monday + dt.timedelta(7 * i) for i in range(WEEKS_MAX)]
    covered = frozenset(round_plan.dates)
    cells = [
        [
            f"{week.isocalendar().week}",
            *(
                "\n".join(_day(by_day.get(day, []), day, day in covered, municipality, words))
                for day in (week + dt.timedelta(i) for i in range(7))
            ),
        ]
        for week in weeks
        if week <= last
    ]
    header = [words["week"], *(words[f"weekday_{i}"] for i in range(7))]
    made = []
    for size, points in FORMS:
        paper = Paper(
            title=words["binder"],
            heading=words["binder_heading"].format(staff=staff_id),
            subheading=f"{municipality.name} · {round_plan.dates[0]} – {last}",
            foot=stamp,
            page_word=words["page"],
            size=size,
        )
        paper.y -= 8
        widths = [WEEK_WIDTH, *([(paper.width - WEEK_WIDTH) / 7] * 7)]
        paper.table(header, cells, widths, size=points, lines_max=40, is_grid=True, n_bold=2)
        made.append(paper)
    best = min(made, key=lambda laid_out: (laid_out.n_cut > made[0].n_cut, len(laid_out.pages)))
    write_bytes(Path(path), best.pdf())


def _day(
    rounds: list[tuple[PlanRow, ...]],
    day: dt.date,
    is_covered: bool,
    municipality: Municipality,
    words: dict[str, str],
) -> list[str]:
    lines = [f"{day.day}/{day.month}"]
    if not rounds and is_covered:
        lines.append(words["day_off"])
    n_hidden = 0
    for rows in rounds:
        lines.append(f"{wall_clock(rows[0].start_s)}–{wall_clock(rows[-1].end_s)}")
        for row in rows:
            if row.kind == "visit" and municipality.client_by_id[row.client_id].protected:
                n_hidden += 1
            elif row.kind == "visit":
                lines.append(f"{wall_clock(row.start_s // 900 * 900)} {row.client_id}")
            elif row.kind in ("break", "meeting"):
                lines.append(f"{wall_clock(row.start_s)} {words[f'kind_{row.kind}']}")
    if n_hidden:
        lines.append(words["n_hidden"].format(n=n_hidden))
    return lines
