"""The cyclic plan sheet (MA-31) on A4 or A3 across, and as a page: weeks of hours and weekdays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data.atomic import write_bytes, write_text
from data.units import HOUR_S, wall_clock
from maps.common.plain_page import plain_page, safe
from maps.common.texts import texts
from maps.paper.cyclic_view import CyclicDay, CyclicSheet, line_of
from maps.paper.pdf_paper import A4, Paper

UPRIGHT = {"a4": A4, "a3": (A4[1], 2 * A4[0])}
SIZES = {"a4": (7.6, 7.0, 6.5, 6.2), "a3": (8.6, 8.0, 7.4)}
"""Points, the largest first; smaller ones only where they save a sheet."""
HOUR_WIDTH = 46.0

Grid = list[tuple[list[str], list[list[str]]]]
"""For each week its header and its rows; a week that the plan does not cover has no rows."""


def write_cyclic_sheet(
    path: Path, sheet: CyclicSheet, *, stamp: str, paper: str = "a4", language: str = "sv"
) -> None:
    """Write the sheet.

    Parameters
    ----------
    path : Path
        ``.pdf`` for paper, ``.html`` for a page without script.
    sheet : CyclicSheet
        From `maps.paper.cyclic_view.cyclic_sheet`.
    stamp : str
        Plan, date and profile.
    paper : {"a4", "a3"}

    Raises
    ------
    StoreError
        Where the file cannot be written, or the font's file has been changed.
    """
    words = texts(language)
    if Path(path).suffix == ".pdf":
        write_bytes(Path(path), _pdf(sheet, stamp, paper, words))
    else:
        write_text(Path(path), _page(sheet, stamp, words, language))


def _heading(sheet: CyclicSheet, words: Mapping[str, str]) -> tuple[str, str]:
    where = [sheet.municipality]
    if sheet.team_id:
        where.append(words["team_heading"].format(id=sheet.team_id))
    where.append(words["base_from"].format(first=sheet.first, last=sheet.last))
    return words["base_heading"].format(staff=sheet.staff_id), " · ".join(where)


def _grid(sheet: CyclicSheet, words: Mapping[str, str]) -> Grid:
    made: Grid = []
    for number in sheet.order:
        week = sheet.weeks[number - 1]
        name = _week_name(sheet, number, words)
        if week is None:
            made.append(([name, *(words[f"weekday_{i}"] for i in range(7))], []))
            continue
        header = [name, *(f"{words[f'weekday_{i}']}\n{_shift(day, words)}"
                          for i, day in enumerate(week))]  # fmt: skip
        rows = [
            [f"{hour:02d}–{hour + 1:02d}", *("\n".join(_hour(day, hour, words)) for day in week)]
            for hour in sheet.hours
        ]
        made.append((header, [row for row in rows if any(row[1:])]))
    return made


def _week_name(sheet: CyclicSheet, number: int, words: Mapping[str, str]) -> str:
    """``v. 10``, the calendar's, so that nobody counts; below it which of the plan's it is."""
    name = words["base_week"].format(n=number)
    weeks = sheet.calendar_weeks[number - 1] if sheet.calendar_weeks else ()
    if not weeks:
        return name
    return f"{words['calendar_weeks'].format(weeks=', '.join(map(str, weeks)))}\n{name}"


def _shift(day: CyclicDay, words: Mapping[str, str]) -> str:
    if day.start_s is None or day.end_s is None:
        return words["day_off"]
    hours = f"{wall_clock(day.start_s)}–{wall_clock(day.end_s)}"
    return f"{hours} {words['short_day']}" if day.is_short else hours


def _hour(day: CyclicDay, hour: int, words: Mapping[str, str]) -> list[str]:
    return [line for start, line in _lines_of(day, words) if start // HOUR_S == hour]


def _lines_of(day: CyclicDay, words: Mapping[str, str]) -> list[tuple[int, str]]:
    """Visits, breaks and meetings of a day in order, with when they begin."""
    made = [(stop.start_s, line_of(stop, words)) for stop in day.stops]
    for kind, starts in (("break", day.breaks), ("meeting", day.meetings)):
        made += [(start_s, f"{words[f'kind_{kind}']} {wall_clock(start_s)}") for start_s in starts]
    return sorted(made, key=lambda item: item[0])


def _notes(sheet: CyclicSheet, words: Mapping[str, str]) -> list[str]:
    sentences = [words["base_key"]]
    if sheet.n_protected:
        sentences.append(words["hidden_stops"].format(n=sheet.n_protected))
    for heap in sheet.heaps:
        sentences.append(
            words["base_heap"].format(
                week=heap.week,
                weekday=words[f"weekday_{heap.weekday}"].lower(),
                half=words["forenoon" if heap.is_forenoon else "afternoon"],
                n=heap.n,
                task=words.get(f"task_{heap.task}", heap.task).lower(),
            )
        )
    return sentences


def _pdf(sheet: CyclicSheet, stamp: str, size: str, words: Mapping[str, str]) -> bytes:
    """On as few sheets as can be: across or upright, in the largest letters that save none."""
    wide = UPRIGHT[size][::-1]
    made = [_laid_out(sheet, stamp, (across, points), words)
            for points in SIZES[size] for across in (wide, UPRIGHT[size])]  # fmt: skip
    return min(
        made, key=lambda laid_out: (laid_out.n_cut > made[0].n_cut, len(laid_out.pages))
    ).pdf()


def _laid_out(
    sheet: CyclicSheet,
    stamp: str,
    form: tuple[tuple[float, float], float],
    words: Mapping[str, str],
) -> Paper:
    """The sheet on paper of a form: its size, and the points of its letters."""
    size, points = form
    heading, subheading = _heading(sheet, words)
    paper = Paper(
        title=words["base_plan"], heading=heading, subheading=subheading, foot=stamp,
        page_word=words["page"], size=size,
    )  # fmt: skip
    widths = [HOUR_WIDTH, *([(paper.width - HOUR_WIDTH) / 7] * 7)]
    for header, rows in _grid(sheet, words):
        if not rows:
            paper.y -= 7
            head = [header[0], words["base_not_covered"]]
            paper.table(head, [], [HOUR_WIDTH, paper.width - HOUR_WIDTH], size=points)
            continue
        paper.keep_together(paper.table_height(header, rows, widths, points) + 7)
        paper.y -= 7
        paper.table(header, rows, widths, size=points, lines_max=20, is_grid=True)
    paper.y -= 4
    key, *others = _notes(sheet, words)
    paper.paragraph(key, points + 1)
    if others:
        # In one paragraph: lines of their own would often be a sheet of their own.
        paper.paragraph(f"{words['base_check']}: {' '.join(others)}", points + 1)
    return paper


def _page(sheet: CyclicSheet, stamp: str, words: Mapping[str, str], language: str) -> str:
    heading, subheading = _heading(sheet, words)
    notes = _notes(sheet, words)
    main = [f"<p>{safe(notes[0])}</p>"]
    main += [_table(header, rows, words) for header, rows in _grid(sheet, words)]
    main.append(_days(sheet, words))
    if notes[1:]:
        items = [f"<li>{safe(note)}</li>" for note in notes[1:]]
        main += [f"<h2>{safe(words['base_check'])}</h2><ul>", *items, "</ul>"]
    return plain_page(
        words["base_plan"],
        style="cyclic.css",
        header=f"<h1>{safe(heading)}</h1><p>{safe(subheading)}</p>",
        main=main,
        footer=f"<p>{safe(stamp)}</p>",
        language=language,
    )


def _table(header: list[str], rows: list[list[str]], words: Mapping[str, str]) -> str:
    if not rows:
        return f"<h2>{_lines(header[0])}</h2><p>{safe(words['base_not_covered'])}</p>"
    head = "".join(f'<th scope="col">{_lines(cell)}</th>' for cell in header)
    body = "\n".join(
        f'<tr><th scope="row">{safe(row[0])}</th>'
        + "".join(f"<td>{_lines(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    name = safe(" ".join(header[0].split("\n")))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _days(sheet: CyclicSheet, words: Mapping[str, str]) -> str:
    """The same as a card a day, for a screen that has no room for seven columns."""
    made = []
    for number in sheet.order:
        for i, day in enumerate(sheet.weeks[number - 1] or ()):
            name = f"{words[f'weekday_{i}']} {' '.join(_week_name(sheet, number, words).split())}"
            lines = [
                f"<li><span>{start // HOUR_S:02d}–{start // HOUR_S + 1:02d}</span> "
                f"{_lines(line)}</li>"
                for start, line in _lines_of(day, words)
            ]
            made.append(
                f"<section><h2>{safe(name)}</h2><p>{safe(_shift(day, words))}</p>"
                f"<ul>{''.join(lines)}</ul></section>"
            )
    return f'<div class="days">{"".join(made)}</div>'


def _lines(cell: str) -> str:
    return "<br>".join(
        f"<b>{safe(line)}</b>" if line.startswith("● ") else safe(line) for line in cell.split("\n")
    )
