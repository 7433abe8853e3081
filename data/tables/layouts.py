"""Layouts of other systems, turned into our tables before anything is parsed.

Two are known. *One row per visit*, as route planners export it: client, address, weekday, start,
length, minutes before and after, an id that pairs double staffing. *Wide*, as planning sheets have
it: one row per client and a column per part of the day ("Morgon 7–9") with minutes in it, ``30*2``
for two carers. Every row made keeps the number of the row it came from, so that faults point at the
user's own cells.

Source of both column sets: requirements section 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from data.errors import Fault
from data.model import PLANNING_TASKS
from data.tables.files.joined_rows import Joined, Row
from data.tables.files.raw import Cell, RawSheet
from data.tables.rosters import roster_matrix, roster_rolling
from data.tables.schema import cells, how_often
from data.tables.schema import clock_times as times
from data.tables.schema.column_meaning import found_in
from data.tables.schema.headers import header_key, match_header, shown
from data.tables.schema.vocabulary import TASK_WORDS, TASKS_SV
from data.units import DAY_HOURS, DayHours, clock

_SEARCH_ROWS: Final = 20
_WINDOW: Final = re.compile(
    r"^(.*?)\s*(?:kl\.?\s*)?(\d{1,2})(?:[:.]00)?\s*[-–]\s*(\d{1,2})(?:[:.]00)?\s*$"
)
_MINUTES: Final = re.compile(r"^(\d{1,3})\s*(?:min\.?)?\s*(?:[*x×]\s*([12]))?$", re.IGNORECASE)
_PERIODS: Final[Mapping[str, str]] = {
    "morgon": "morning", "förmiddag": "forenoon", "lunch": "lunch", "eftermiddag": "afternoon",
    "middag": "dinner", "tidig kväll": "evening", "kväll": "evening", "sen kväll": "late_evening",
}  # fmt: skip
_WEEKLY: Final = ("shower", "cleaning", "laundry", "shopping", "walk")
_SKILL_WORDS: Final = ("läkemedel", "insulin", "stomi", "kateter")

_EXPORT: Final[Mapping[str, tuple[str, ...]]] = {
    "client_id": ("kundnr", "kundnummer", "kundid", "kund", "brukarid", "brukare", "klient",
                  "klientnr", "klientid", "vårdtagare", "vårdtagarnr", "omsorgstagare", "brukarnr"),
    "weekday": ("weekday", "veckodag", "dag", "frekvens", "återkommer"),
    "start": ("originalstarttime", "starttid", "start", "starttime", "planerad start"),
    "length": ("längd", "längd (min)", "duration", "minuter", "tid"),
    "before": ("min före", "minuter före", "före", "flex före"),
    "after": ("min efter", "minuter efter", "efter", "flex efter"),
    "pair": ("dubbelid", "dubbel id", "dubbelbemanningsid"),
    "tasks": ("insatser", "insats", "aktiviteter"),
    "priority": ("prio", "prioritet"),
    "resting": ("vilande besök", "vilande"),
    "round": ("slinga", "runda"),
    "shift_start": ("slingstart", "pass start", "skift start"),
}  # fmt: skip
_EXPORT_KEYS: Final = {header_key(t): name for name, texts in _EXPORT.items() for t in texts}
_EXPORT_NEEDS: Final = frozenset({"client_id", "weekday", "start", "length", "tasks"})

_VISIT_HEADER: Final = (
    "visit_id", "client_id", "task", "weekdays", "every_weeks", "duration_min", "earliest",
    "latest", "wished", "carers_required", "skills", "priority",
)  # fmt: skip

_SHOWN: Final[Mapping[str, str]] = {
    "client_id": "client_id", "task": "tasks", "weekdays": "weekday", "every_weeks": "weekday",
    "duration_min": "length", "earliest": "start", "latest": "start", "wished": "start",
    "carers_required": "pair", "skills": "tasks", "priority": "priority",
}  # fmt: skip
"""Under which of the export's own headers a fault of a visit's column is shown."""
_USED: Final[Mapping[str, str]] = {
    "before": "tidsfönstrets början", "after": "tidsfönstrets slut", "resting": "om besöket vilar",
    "round": "slinga (för nuläget)", "shift_start": "slingans start (för nuläget)",
}  # fmt: skip
"""What the export's other columns are read for."""
_PAUSES: Final = frozenset({
    "rast", "lunch", "lunchrast", "paus", "fika", "möte", "apt", "arbetsplatsträff", "restid",
    "dokumentation",
})  # fmt: skip
"""Tasks of rows without a client: the carer's own time, which the roster and the rules hold."""


@dataclass(frozen=True)
class Source:
    """A sheet with its header found."""

    raw: RawSheet
    header_at: int
    header: list[str]

    def rows(self) -> list[tuple[int, list[Cell]]]:
        """Rows with content below the header, with their numbers."""
        below = enumerate(self.raw.rows[self.header_at + 1 :], start=self.header_at + 2)
        return [(number, row) for number, row in below if any(c not in (None, "") for c in row)]


def expand(raw: RawSheet, hours: DayHours = DAY_HOURS) -> list[RawSheet]:
    """The sheet itself; or, in a layout known here, the clients and visits that it holds."""
    for index, row in enumerate(raw.rows[:_SEARCH_ROWS]):
        header = [cell.strip() if isinstance(cell, str) else "" for cell in row]
        source = Source(raw, index, header)
        column_of = _export_columns(header)
        if column_of is not None:
            return _from_export(source, column_of)
        roster = roster_matrix.expand(raw, index, hours)
        if roster is None:
            roster = roster_rolling.expand(raw, index, hours)
        if roster is not None:
            return [roster]
        windows = [_window(text) for text in header]
        client_at = next(
            (i for i, text in enumerate(header) if match_header("clients", text) == "client_id"),
            None,
        )
        if client_at is not None and sum(window is not None for window in windows) >= 3:
            return _from_wide(source, client_at, windows, hours)
    return [raw]


def export_of(raw: RawSheet) -> tuple[Source, Mapping[str, int]] | None:
    """The sheet as an export with one row per visit, and where its columns are; None for others."""
    for index, row in enumerate(raw.rows[:_SEARCH_ROWS]):
        header = [cell.strip() if isinstance(cell, str) else "" for cell in row]
        column_of = _export_columns(header)
        if column_of is not None:
            return Source(raw, index, header), column_of
    return None


def _export_columns(header: Sequence[str]) -> dict[str, int] | None:
    column_of = _columns(header, _EXPORT_KEYS)
    # A table of ours has visit ids of its own; a list of rounds names its carers.
    ours = {match_header("visits", text) for text in header} & {"visit_id", "earliest"}
    carers = {match_header("rounds", text) for text in header} & {"staff_id"}
    return column_of if column_of.keys() >= _EXPORT_NEEDS and not ours and not carers else None


def _columns(header: Sequence[str], known: Mapping[str, str]) -> dict[str, int]:
    place_of: dict[str, int] = {}
    for index, text in enumerate(header):
        name = known.get(header_key(text)) if text else None
        if name is not None:
            place_of.setdefault(name, index)
    return place_of


def note(raw: RawSheet, text: str, allowed: str) -> Fault:
    """A warning of a sheet as a whole: how it was understood."""
    return Fault(raw.file, raw.sheet, 0, "", text, allowed, is_warning=True)


def _made(
    source: Source, table: str, header: Sequence[str], rows: Sequence[tuple[int, list[Cell]]]
) -> RawSheet:
    """A sheet made from another, whose rows keep the numbers of their origin."""
    raw = source.raw
    numbers = [source.header_at + 1, *(number for number, _ in rows)]
    return RawSheet(
        raw.file, raw.sheet, [list(header), *(row for _, row in rows)], raw.n_hidden_rows,
        raw.is_hidden, raw.has_merged_rows, [], table, numbers,
    )  # fmt: skip


def _clients(
    source: Source, client_at: int, consumed: set[int], visits_at: int | None = None
) -> RawSheet:
    """The first row of each client, with the columns that are not about visits."""
    kept = [i for i in range(len(source.header)) if i not in consumed]
    seen: set[str] = set()
    rows = []
    for number, row in source.rows():
        client = row[client_at] if client_at < len(row) else None
        key = "" if client is None else str(client).strip()
        if key in seen or (not key and visits_at is not None and _is_pause(row, visits_at)):
            continue
        seen.add(key)
        rows.append((number, [row[i] if i < len(row) else None for i in kept]))
    return _made(source, "clients", [source.header[i] for i in kept], rows)


def _is_pause(row: Sequence[Cell], tasks_at: int) -> bool:
    return str(_cell(row, tasks_at)).strip().casefold() in _PAUSES


def _cell(row: Sequence[Cell], column: int | None) -> Cell:
    return row[column] if column is not None and column < len(row) else None


def _try(parse: Callable[[Any], Any], cell: Cell, default: Any = None) -> Any:
    if cell is None or cell == "":
        return default
    try:
        return parse(cell)
    except (ValueError, TypeError):
        return default


def tasks_of(cell: Cell) -> tuple[str, frozenset[str]]:
    """The planning type of a list of tasks, in Swedish, and the skills that its words name.

    Bodily and weekly tasks decide before meals and times of day; a list of which nothing is known
    is given back as its first part, so that the table of task codes can say.
    """
    text = str(cell or "").strip().casefold()
    parts = [part.strip() for part in re.split(r"[,;+/&\n]|\boch\b", text) if part.strip()]
    known = {word.casefold(): task for word, task in TASK_WORDS.items()}
    tasks = [known[part] for part in parts if part in known]
    skills = frozenset(word for word in _SKILL_WORDS if word in text)
    if text in known:
        return TASKS_SV[known[text]], skills
    if not tasks:
        return (parts[0] if len(parts) == 1 else text), skills
    order = (*_WEEKLY, *(task for task in PLANNING_TASKS if task not in _WEEKLY))
    return TASKS_SV[min(tasks, key=order.index)], skills


def _from_export(source: Source, column_of: Mapping[str, int]) -> list[RawSheet]:
    """Clients and visits of an export with one row per visit and weekday."""
    joined = Joined(source.raw)
    for number, row in source.rows():
        if _try(cells.yes_no, _cell(row, column_of.get("resting")), default=False):
            joined.counts["vilande rader, utelämnade"] += 1
            continue
        if _cell(row, column_of["client_id"]) in (None, "") and _is_pause(row, column_of["tasks"]):
            joined.counts["raster och annat utan brukare, utelämnade"] += 1
            continue
        visit, key, weekday = _export_visit(number, row, column_of)
        pair = str(_cell(row, column_of.get("pair")) or "").strip()
        content = tuple(str(cell or "") for cell in row)
        is_whole = all(
            _try(parse, _cell(row, column_of[name])) is not None
            for name, parse in (("start", times.clock_s), ("length", times.minutes_as_s))
        )
        joined.add(Row(number, visit, key, weekday, pair, content, is_whole))
    rows = joined.visits()
    consumed = {index for name, index in column_of.items() if name != "client_id"}
    clients = _clients(source, column_of["client_id"], consumed, column_of["tasks"])
    clients.notes = [*source.raw.notes, *joined.faults, note(
        source.raw, f"lästes som en export med en rad per besök: {len(rows)} besök",
        "Samma behov på flera veckodagar är ett besök.",
    )]  # fmt: skip
    visits_made = _made(source, "visits", _VISIT_HEADER, rows)
    visits_made.counts = dict(joined.counts)
    visits_made.shown = {
        name: shown(source.header[column_of[key]])
        for name, key in _SHOWN.items()
        if key in column_of
    }
    visits_made.used = {
        source.header[column_of[key]]: what for key, what in _USED.items() if key in column_of
    }
    return [clients, visits_made]


def _export_visit(
    number: int, row: Sequence[Cell], column_of: Mapping[str, int]
) -> tuple[list[Cell], tuple[Any, ...], str]:
    """One row as a visit, the key under which other weekdays of it are found, and its weekday."""
    client, start = _cell(row, column_of["client_id"]), _cell(row, column_of["start"])
    length = _cell(row, column_of["length"])
    weeks, weekday = recurrence(_cell(row, column_of["weekday"]))
    every = weeks.said if isinstance(weeks, how_often.Weeks) else weeks  # which weeks is kept
    start_s = _try(times.clock_s, start)
    before = _try(cells.number, _cell(row, column_of.get("before")), 0.0)
    after = _try(cells.number, _cell(row, column_of.get("after")), 0.0)
    if start_s is None:  # told of in its own cell by the parser of the visits
        earliest = latest = start
    else:
        earliest = clock(max(0, start_s - round(before * 60)))
        latest = clock(min(86_400, start_s + round(after * 60)))
    task, skills = tasks_of(_cell(row, column_of["tasks"]))
    priority = _cell(row, column_of.get("priority"))
    name = f"{str(client).strip()}-{clock(start_s) if start_s is not None else number}"
    visit: list[Cell] = [
        name, client, task, weekday, every, length, earliest, latest, start, 1,
        "; ".join(sorted(skills)), priority,
    ]  # fmt: skip
    key = (str(client), str(start), str(length), task, every, earliest, latest, str(priority))
    return visit, key, weekday


def recurrence(cell: Cell) -> tuple[int, str]:
    """Weeks between and weekday: "Varje vecka, mån", "Varannan vecka, tis", "varannan tisdag"."""
    text = str(cell or "").strip()
    first, comma, rest = text.partition(",")
    every = _try(how_often.every_weeks, first)
    if comma and every is not None:
        return every, rest.strip().casefold()
    often, days = how_often.parted(" ".join(text.casefold().split()))
    every = _try(how_often.every_weeks, often)
    return (1, text.casefold()) if every is None else (every, days)


def _window(text: str) -> tuple[str, int, int] | None:
    """The planning type and the hours of a column such as "Morgon 7–9"."""
    match = _WINDOW.match(text)
    if match is None:
        return None
    words = re.sub(r"\s+", " ", match.group(1)).strip(" (:").casefold()
    first, last = int(match.group(2)), int(match.group(3))
    if words not in _PERIODS or not 0 <= first < last <= 24:
        return None
    return _PERIODS[words], first * 3600, last * 3600


def _from_wide(
    source: Source,
    client_at: int,
    windows: Sequence[tuple[str, int, int] | None],
    hours: DayHours,
) -> list[RawSheet]:
    """Clients and visits of a sheet with one row per client and a column per part of the day."""
    weekly = {
        index: TASK_WORDS[text.casefold()]
        for index, text in enumerate(source.header)
        if text.casefold() in TASK_WORDS and TASK_WORDS[text.casefold()] in _WEEKLY
    }
    needs = {
        index: word
        for index, text in enumerate(source.header)
        for word in _SKILL_WORDS
        if re.fullmatch(rf"(?:behöver |kräver )?{word}", text.casefold())
    }
    rows = []
    faults = []
    for number, row in source.rows():
        client = _cell(row, client_at)
        skills = [w for i, w in needs.items() if _try(cells.yes_no, _cell(row, i), default=False)]
        for index, window in enumerate(windows):
            cell = _cell(row, index)
            if (window is None and index not in weekly) or cell in (None, "", 0, "0", "-"):
                continue
            if _try(times.minutes_as_s, _minutes(cell)[0]) is None:
                faults.append(_no_minutes(source, number, index, cell))
            elif window is not None:
                rows.append((number, _wide_visit(client, cell, window, sorted(skills))))
            else:
                rows.append((number, _weekly_visit(client, cell, weekly[index], hours)))
    consumed = {i for i, window in enumerate(windows) if window is not None} | weekly.keys()
    clients = _clients(source, client_at, consumed | needs.keys())
    clients.notes = [*source.raw.notes, *faults, note(
        source.raw, f"lästes som en rad per brukare, dygnets delar i kolumner: {len(rows)} besök",
        "Besöken antas vara alla dagar; dusch, städ och liknande en gång i veckan; kompetenser "
        "gäller alla dagliga besök. Rätta på ett eget blad Besök om det är fel.",
    )]  # fmt: skip
    visits = _made(source, "visits", _VISIT_HEADER, rows)
    visits.shown = {"client_id": source.header[client_at]}
    visits.used = {
        **{source.header[i]: f"besök {TASKS_SV[w[0]]}" for i, w in enumerate(windows) if w},
        **{source.header[i]: f"besök {TASKS_SV[task]} i veckan" for i, task in weekly.items()},
        **{source.header[i]: f"kompetens {word}" for i, word in needs.items()},
    }
    return [clients, visits]


def _minutes(cell: Cell) -> tuple[Cell, int]:
    """Minutes and carers of a cell: "30", "30*2"; what is neither goes to the parser as it is."""
    match = _MINUTES.match(str(cell).strip().removesuffix(".0"))
    if match is None:
        return cell, 1
    return int(match.group(1)), int(match.group(2) or 1)


def _no_minutes(source: Source, number: int, index: int, cell: Cell) -> Fault:
    """The fault of a cell in its own column: the table that is made has another."""
    raw, header = source.raw, shown(source.header[index])
    allowed = "Ska vara minuter, t.ex. 30, eller 30*2 där två ska komma."
    return Fault(raw.file, raw.sheet, number, header, found_in(cell), allowed)


def _wide_visit(
    client: Cell, cell: Cell, window: tuple[str, int, int], skills: Sequence[str]
) -> list[Cell]:
    task, opens_s, closes_s = window
    minutes, carers = _minutes(cell)
    latest_s = max(opens_s, closes_s - (_try(times.minutes_as_s, minutes) or 0))
    return [
        f"{str(client).strip()}-{TASKS_SV[task]}".replace(" ", "-"), client, TASKS_SV[task],
        "alla dagar", 1, minutes, clock(opens_s), clock(latest_s), None, carers, "; ".join(skills),
        None,
    ]  # fmt: skip


def _weekly_visit(client: Cell, cell: Cell, task: str, hours: DayHours) -> list[Cell]:
    minutes, carers = _minutes(cell)
    latest_s = hours.day_to_s - (_try(times.minutes_as_s, minutes) or 0)
    return [
        f"{str(client).strip()}-{TASKS_SV[task]}", client, TASKS_SV[task], "1 av mån-fre", 1,
        minutes, "08:00", clock(max(latest_s, 8 * 3600)), None, carers, "", None,
    ]  # fmt: skip
