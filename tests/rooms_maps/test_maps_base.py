"""The cyclic plan sheet: Malmö's grid of hours and weekdays, with nothing of protected clients."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest

import maps
from data.model import Shift
from maps.paper.cyclic_view import cyclic_sheet
from maps.paper.pdf_paper import MARGIN, Paper

MONDAY = dt.date(2026, 3, 2)


@dataclass(frozen=True)
class Cell:
    week: int
    weekday: int
    visit_id: str
    client_id: str
    start_s: int
    n_same: int = 1
    n_seen: int = 1


def week_of(day: dt.date) -> int:
    return (day - MONDAY).days // 7 + 1


def at(hour: int, minute: int = 0) -> int:
    return hour * 3600 + minute * 60


@pytest.fixture
def sheet_of(make_town):
    """A sheet of s1 over two known weeks of four."""
    town = make_town()
    dates = tuple(MONDAY + dt.timedelta(i) for i in range(14))
    roster = tuple(Shift("s1", day, at(7), at(15)) for day in dates if day.weekday() < 4)
    roster += (Shift("s1", dates[4], at(7), at(12)), Shift("s1", MONDAY, at(13), at(14), "meeting"))
    roster += (Shift("s2", dates[5], at(7), at(15)),)
    municipality = replace(town.municipality, roster=roster)

    def make(cells: list[Cell], n_weeks: int = 4):
        return cyclic_sheet(
            cells, municipality=municipality, team_plan=town.team_plan, dates=dates,
            staff_id="s1", n_weeks=n_weeks, week_of=week_of,
        )  # fmt: skip

    return make


def test_visits_stand_in_their_hour_in_the_order_they_are_made(sheet_of):
    """MA-31, point 4: in the order in which you plan to go."""
    sheet = sheet_of(
        [Cell(1, 0, "v2", "k02", at(8, 40)), Cell(1, 0, "v1", "k01", at(8, 5)),
         Cell(1, 0, "v4", "k04", at(11, 5))]
    )  # fmt: skip
    day = sheet.weeks[0][0]
    assert [stop.client_id for stop in day.stops] == ["k01", "k02", "k04"]
    assert sheet.hours == range(8, 14), "the meeting at one has its row"
    assert (day.start_s, day.end_s, day.meetings) == (at(7), at(15), (at(13),))


def test_days_off_short_days_and_unknown_weeks_are_told_apart(sheet_of):
    """Point 1: days off and short days; what the plan does not cover is no day off."""
    sheet = sheet_of([])
    assert sheet.weeks[0][4].is_short
    assert not sheet.weeks[0][0].is_short
    assert sheet.weeks[0][5].start_s is None, "s2's shift is not s1's"
    assert sheet.weeks[2] is None
    assert sheet.weeks[3] is None


def test_protected_clients_are_counted_only(sheet_of, tmp_path):
    """C7: number 7 is protected."""
    sheet = sheet_of([Cell(1, 0, "v7", "k07", at(8)), Cell(1, 0, "v8", "k08", at(9))])
    maps.write_cyclic_sheet(tmp_path / "b.html", sheet, stamp="Plan p")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert sheet.n_protected == 1
    assert "k07" not in page
    assert "k08" in page
    assert "1 besök med skyddade uppgifter" in page


def test_heaps_of_heavy_tasks_are_told(sheet_of, tmp_path):
    """Points 5 and 6: two showers in one forenoon, not one before and one after noon."""
    showers = [Cell(1, 0, "v0", "k00", at(8)), Cell(1, 0, "v3", "k03", at(10)),
               Cell(1, 1, "v6", "k06", at(8)), Cell(1, 1, "v9", "k09", at(13))]  # fmt: skip
    sheet = sheet_of(showers)
    (heap,) = sheet.heaps
    assert (heap.week, heap.weekday, heap.is_forenoon, heap.n) == (1, 0, True, 2)
    maps.write_cyclic_sheet(tmp_path / "b.html", sheet, stamp="Plan p")
    said = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "Vecka 1, måndag förmiddag: 2 besök med dusch." in said


def test_own_clients_and_uncertain_cells_are_marked(sheet_of, tmp_path):
    """A dot and bold for the contact's own, a tilde where it is not always she."""
    sheet = sheet_of([Cell(1, 0, "v1", "k01", at(8)), Cell(1, 0, "v13", "k13", at(9), 1, 2)])
    maps.write_cyclic_sheet(tmp_path / "b.html", sheet, stamp="Plan p")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "<b>● k01 morgon</b>" in page
    assert "k13 morgon ~" in page
    assert "● k13" not in page


@pytest.mark.parametrize(("paper", "sides"), [("a4", {595, 842}), ("a3", {842, 1191})])
def test_paper_is_of_the_size_asked_for(sheet_of, tmp_path, paper, sides):
    """Across or upright, with the plan and its weeks as text."""
    pypdf = pytest.importorskip("pypdf")
    cells = [Cell(w, d, f"v{i}", f"k{i:02d}", at(7 + i % 8)) for w in (1, 2) for d in range(7)
             for i in range(8, 20)]  # fmt: skip
    path = tmp_path / "b.pdf"
    maps.write_cyclic_sheet(path, sheet_of(cells), stamp="Plan p-1", paper=paper)
    read = pypdf.PdfReader(path)
    box = read.pages[0].mediabox
    assert {round(float(box.width)), round(float(box.height))} == sides
    said = "\n".join(page.extract_text() for page in read.pages)
    assert "Vecka 4" in said
    assert "Planen omfattar inte den här veckan." in said
    assert "Plan p-1" in said
    assert said.count("k19") == 14
    assert "Hemrunda" in (read.metadata.author or "")


def test_hostile_ids_are_text_on_the_page(sheet_of, tmp_path, make_town):
    """F4: nothing of an id becomes markup."""
    town = make_town(ids=("<img src=x onerror=alert(1)>", *(f"k{i:02d}" for i in range(1, 24))))
    sheet = cyclic_sheet(
        [Cell(1, 0, "v0", town.ids[0], at(8))], municipality=town.municipality,
        team_plan=town.team_plan, dates=(MONDAY,), staff_id="s1", n_weeks=1, week_of=week_of,
    )  # fmt: skip
    maps.write_cyclic_sheet(tmp_path / "b.html", sheet, stamp="</p><script>")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_week_is_not_parted_where_a_page_can_hold_it():
    """Keeping together begins a page only where that helps."""
    paper = Paper("t", "h", "s", "f", "Sida")
    paper.y = 200.0
    paper.keep_together(100.0)
    assert len(paper.pages) == 1
    paper.keep_together(300.0)
    assert len(paper.pages) == 2
    assert paper.y > 700 - MARGIN
    paper.keep_together(5000.0)
    assert len(paper.pages) == 2, "no page could hold it"


@pytest.mark.parametrize(("paper", "n_sheets"), [("a4", 2), ("a3", 1)])
def test_four_full_weeks_lie_on_few_sheets(make_town, tmp_path, paper, n_sheets):
    """MA-31: four weeks on one A3, or on both sides of one A4; the calendar's weeks are told."""
    pypdf = pytest.importorskip("pypdf")
    town = make_town()
    dates = tuple(MONDAY + dt.timedelta(i) for i in range(28))
    roster = tuple(Shift("s1", day, at(7), at(15)) for day in dates)
    cells = [Cell(w, d, f"v{i}", f"k{i:02d}", at(7 + i // 2)) for w in range(1, 5)
             for d in range(7) for i in range(16) if i != 7]  # fmt: skip
    sheet = cyclic_sheet(
        cells, municipality=replace(town.municipality, roster=roster), team_plan=town.team_plan,
        dates=dates, staff_id="s1", n_weeks=4, week_of=week_of,
    )  # fmt: skip
    maps.write_cyclic_sheet(tmp_path / "b.pdf", sheet, stamp="Plan p", paper=paper)
    pages = pypdf.PdfReader(tmp_path / "b.pdf").pages
    assert len(pages) == n_sheets
    said = "\n".join(page.extract_text() for page in pages)
    for week, iso in enumerate(range(10, 14), 1):
        assert f"v. {iso}\nVecka {week}" in said
    assert said.count("k15") == 28
    maps.write_cyclic_sheet(tmp_path / "b.html", sheet, stamp="Plan p")
    assert 'aria-label="v. 10 Vecka 1"' in (tmp_path / "b.html").read_text(encoding="utf-8")


def test_small_letters_are_only_taken_where_they_save_a_sheet(sheet_of, tmp_path):
    """A short plan stays across and in the largest letters."""
    from maps.common.texts import texts
    from maps.paper.cyclic_sheet import SIZES, UPRIGHT, _laid_out

    sheet = sheet_of([Cell(1, 0, "v1", "k01", at(8))])
    maps.write_cyclic_sheet(tmp_path / "b.pdf", sheet, stamp="p")
    largest = _laid_out(sheet, "p", (UPRIGHT["a4"][::-1], SIZES["a4"][0]), texts("sv"))
    assert (tmp_path / "b.pdf").read_bytes() == largest.pdf()


def test_the_binder_page_holds_four_weeks(make_town, tmp_path):
    """LU-07: four weeks of full days on one upright A4, days off told."""
    pypdf = pytest.importorskip("pypdf")
    town = make_town()
    first = town.round_plan.rows[0].date
    own = [row for row in town.round_plan.rows if row.staff_id == "s1"]
    dates = tuple(first + dt.timedelta(i) for i in range(28))
    rows = tuple(
        replace(row, date=day, round_id=f"{day}-day-s1")
        for day in dates if day.weekday() < 5 for row in own
    )  # fmt: skip
    maps.write_binder_page(
        tmp_path / "b.pdf", municipality=town.municipality,
        round_plan=replace(town.round_plan, dates=dates, rows=rows), staff_id="s1", stamp="p",
    )  # fmt: skip
    (page,) = pypdf.PdfReader(tmp_path / "b.pdf").pages
    assert page.mediabox.height > page.mediabox.width
    said = page.extract_text()
    assert said.count("Ledig") == 8
    assert said.count("k05") == 20


def test_weeks_stand_as_in_the_calendar_with_breaks_and_cards_for_a_phone(make_town, tmp_path):
    """MA-31: v. 10 before v. 11 whichever the cycle begins with; breaks have lines."""
    town = make_town()
    dates = tuple(MONDAY + dt.timedelta(i) for i in range(14))
    roster = tuple(Shift("s1", day, at(7), at(15)) for day in dates)
    sheet = cyclic_sheet(
        [Cell(1, 0, "v1", "k01", at(8))],
        municipality=replace(town.municipality, roster=roster), team_plan=town.team_plan,
        dates=dates, staff_id="s1", n_weeks=2, week_of=lambda day: 3 - week_of(day),
        breaks=[(dates[0], at(11, 30)), (dates[7], at(12))],
    )  # fmt: skip
    assert sheet.order == (2, 1)
    maps.write_cyclic_sheet(tmp_path / "b.html", sheet, stamp="Plan p")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert page.index("v. 10<br>Vecka 2") < page.index("v. 11<br>Vecka 1")
    assert page.count("Rast 11:30") == page.count("Rast 12:00") == 2, "in the grid and on a card"
    cards = page[page.index('<div class="days">') :]
    assert cards.count("<section>") == 14
    assert cards.index("v. 10 Vecka 2") < cards.index("v. 11 Vecka 1")
    assert "<b>● k01 morgon</b>" in cards
