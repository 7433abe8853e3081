"""Shared tables for who opens them: Swedish headers, real times in Excel, either read back."""

import csv
import dataclasses
import datetime as dt
import io
import json

import openpyxl
import pytest

from data.care.shortfalls import shortfalls
from data.errors import StoreError
from data.model import Base, Client, Municipality, Visit
from data.plans import PlanRow, RoundPlan, Team, TeamPlan, UnplannedRow
from data.store import Look, read_outputs, write_outputs
from data.store.plan_files import (
    CLIENT_COLUMNS,
    ROUND_COLUMNS,
    SHARED_UNPLANNED_COLUMNS,
    TEAM_COLUMNS,
)
from data.streets import AddressPoint
from data.tables.out.headings import ENGLISH, SWEDISH, columns_of, headed, read_shared

SATURDAY = dt.date(2026, 11, 28)
SUNDAY, MONDAY = SATURDAY + dt.timedelta(days=1), SATURDAY + dt.timedelta(days=2)
NO_ROOM = "inget ledigt utrymme inom tidsfönstret hos dem som får och kan"
H = 3600


def visit(number, client="B1", begin_s=7 * H, end_s=8 * H, minutes=60):
    name = f"{client}-{number}"
    return Visit(name, client, "morning", minutes * 60, begin_s, end_s, weekdays=(0, 5, 6))


TOWN = Municipality(
    "Ekhamn",
    (Client("B1", 600_000.0, 6_600_000.0, team_id="L2"), Client("B2", 600_900.0, 6_600_000.0)),
    (*(visit(n) for n in range(1, 5)), visit(5, begin_s=7 * H, end_s=15 * H), visit(1, "B2")),
    (),
    (),
    (Base("Lokal", 600_050.0, 6_600_050.0),),
)
TEAMS = TeamPlan(
    (Team("L1", "O1", "Lokal", ("B1",)), Team("L2:ost/väst", "O1", "Lokal", ("B2",))),
    {"B1": "P1"}, {}, {"P1": "L1"}, {"P1": "O1"}, {"P1": "Lokal"}, {}, {},
)  # fmt: skip
ROW = PlanRow(SATURDAY, "day", "R1", "L1", "P1", 1, "visit", "B1-1", "B1", 1, 25_170, 25_200,
              27_000, 90, 120, 30, "bike", "contact")  # fmt: skip
PLAN = RoundPlan(
    (SATURDAY, SUNDAY, MONDAY),
    (ROW, dataclasses.replace(ROW, team_id="L2:ost/väst", round_id="R2", kind="break",
                              visit_id="", client_id="", carer_no=0, end_s=25 * H, tier="")),
    tuple(UnplannedRow(day, f"B1-{n}", "B1", 1, 1 if n == 2 else 2, NO_ROOM)
          for day in (SATURDAY, SUNDAY) for n in (2, 3, 4)),
)  # fmt: skip
REGISTER = (AddressPoint("Storgatan", "3", "637 01", "Ekhamn", 600_010.0, 6_600_000.0),)


def write(out, plan=PLAN, **changes):
    return write_outputs(out, TOWN, TEAMS, plan, measures={}, manifest={}, **changes)


def table(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))


def test_every_column_has_one_swedish_header():
    """A header leads back to its column, so that either language can be read."""
    columns = {*TEAM_COLUMNS, *CLIENT_COLUMNS, *ROUND_COLUMNS, *SHARED_UNPLANNED_COLUMNS}
    assert columns <= SWEDISH.keys()
    assert len(ENGLISH) == len(SWEDISH)
    assert columns_of(headed(ROUND_COLUMNS, "sv")) == ROUND_COLUMNS
    assert columns_of(headed(ROUND_COLUMNS, "en")) == ROUND_COLUMNS


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_plan_is_read_back_whatever_its_headers(tmp_path, language):
    write(tmp_path, look=Look(language))
    assert read_outputs(tmp_path) == (TEAMS, PLAN)
    first = table(tmp_path / "rounds.csv")[0][:2]
    assert first == (["Datum", "Pass"] if language == "sv" else ["date", "shift"])
    rows = read_shared((tmp_path / "clients.csv").read_text(encoding="utf-8-sig"))
    assert [row["client_id"] for row in rows] == ["B1", "B2"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_shared_table_that_was_edited_stands_for_the_exact(tmp_path, language):
    """What a planner changes in Excel is what the checker looks at, under either header."""
    write(tmp_path, look=Look(language))
    path = tmp_path / "rounds.csv"
    path.write_bytes(path.read_bytes().replace(b"07:30:00", b"07:31:00"))
    _, rounds = read_outputs(tmp_path, verify=False)
    assert rounds.rows[0].end_s == 27_060
    left = tmp_path / "unplanned.csv"
    left.write_bytes(left.read_bytes().replace(b"2026-11-29", b"2026-11-30"))
    _, rounds = read_outputs(tmp_path, verify=False)
    assert {row.date for row in rounds.unplanned} == {SATURDAY, MONDAY}


def test_a_table_that_does_not_tell_all_does_not_stand_for_the_exact(tmp_path):
    hidden = dataclasses.replace(TOWN.clients[1], protected=True)
    town = dataclasses.replace(TOWN, clients=(TOWN.clients[0], hidden))
    rows = (*PLAN.rows, dataclasses.replace(ROW, seq=2, visit_id="B2-1", client_id="B2"))
    plan = RoundPlan(PLAN.dates, rows, PLAN.unplanned)
    write_outputs(tmp_path, town, TEAMS, plan, measures={}, manifest={})
    path = tmp_path / "rounds.csv"
    path.write_bytes(path.read_bytes().replace(b"B1-1", b"B9-1"))
    with pytest.raises(StoreError, match="visar inte hela planen"):
        read_outputs(tmp_path, verify=False)


def test_the_workbook_holds_dates_times_minutes_and_addresses(tmp_path):
    """A planner sorts, sums and filters: text that looks like a time does none of these."""
    write(tmp_path, look=Look("sv", REGISTER))
    book = openpyxl.load_workbook(tmp_path / "rounds.xlsx")
    assert book.sheetnames == [
        "Innehåll", "Arbetslag", "Brukare", "Rundor", "Oplanerat", "Lag L1", "Lag L2-ost-väst",
    ]  # fmt: skip
    listed = [row[0] for row in book["Innehåll"].iter_rows(min_row=3, values_only=True)]
    assert listed == book.sheetnames[1:]
    header, *rows = book["Rundor"].iter_rows(values_only=True)
    row = dict(zip(header, rows[0], strict=True))
    assert row["Datum"] == dt.datetime(2026, 11, 28)
    assert row["Veckodag"] == "lördag"
    assert row["Start"] == dt.timedelta(hours=7)
    assert (row["Minuter"], row["Restid (min)"], row["Väntan (min)"]) == (30, 1.5, 0.5)
    assert (row["Slag"], row["Insats"], row["Färdsätt"], row["Vem"], row["Pass"]) == (
        "besök", "morgon", "cykel", "kontakt", "dag",
    )  # fmt: skip
    assert row["Adress"] == "Storgatan 3"
    assert dict(zip(header, rows[1], strict=True))["Slut"] == dt.timedelta(hours=25)
    assert [r[0] for r in book["Lag L1"].iter_rows(min_row=2, max_col=1, values_only=True)] == [
        dt.datetime(2026, 11, 28)
    ]
    client = dict(zip(*list(book["Brukare"].iter_rows(max_row=2, values_only=True)), strict=True))
    assert client["Adress"] == "Storgatan 3"
    assert client["Bytt lag"] == "ja"


def test_unplanned_visits_are_told_together_by_cause(tmp_path):
    """Three mornings a day of an hour within two hours lack two carers, Saturday and Sunday."""
    write(tmp_path)
    rows = read_shared((tmp_path / "unplanned.csv").read_text(encoding="utf-8-sig"))
    assert len(rows) == 6
    assert {row["cause"] for row in rows} == {"lör–sön kl 07:00–09:00: 2 pass för lite i L1"}
    assert {row["remedy"] for row in rows} == {"2 pass till, eller vidare tidsfönster"}
    assert {row["team_id"] for row in rows} == {"L1"}


def told(*rows):
    found = shortfalls(TOWN, TEAMS.team_of_client, rows)
    return [(one.cause, len(one.rows), one.n_must) for one in found]


def test_what_has_no_common_cause_stands_apart():
    """Weekday and weekend, other teams, other rules, and windows that say nothing of the hour."""
    one = UnplannedRow(SATURDAY, "B1-2", "B1", 1, 2, NO_ROOM)
    other = dataclasses.replace
    assert told(one, other(one, date=MONDAY)) == [
        ("lör kl 07:00–09:00: ett pass för lite i L1", 1, 0),
        ("mån kl 07:00–09:00: ett pass för lite i L1", 1, 0),
    ]
    assert len(told(one, other(one, visit_id="B2-1", client_id="B2"))) == 2
    assert len(told(one, other(one, visit_id="B1-5"))) == 2
    skill = "för få i tjänst har delegering eller kompetens: insulin"
    causes = told(one, other(one, visit_id="B1-3", reason=skill, priority=1))
    assert causes[0] == (f"lör kl 07:00–09:00: {skill} (L1)", 1, 1)
    unknown = told(other(one, visit_id="B9-1", client_id="B9", reason="något annat"))
    assert unknown == [("lör: något annat", 1, 0)]


def test_the_exact_file_keeps_its_english_columns(tmp_path):
    """Programs read it, and so do plans of other versions."""
    write(tmp_path)
    assert tuple(table(tmp_path / "private" / "rounds.csv")[0]) == ROUND_COLUMNS
    body = json.loads((tmp_path / "private" / "plan.json").read_text(encoding="utf-8"))["body"]
    assert body["exact"] == ["rounds.csv", "unplanned.csv"]


def test_a_team_sheet_says_lag_once():
    """Lag 1 has the sheet Lag 1; a team that is called Natten has Lag Natten."""
    from data.store.plan_workbook import _sheet_names

    names = _sheet_names(["Lag 1", "L1", "lag 1", "Natten"])
    assert list(names.values()) == ["Lag 1", "Lag L1", "lag 1 2", "Lag Natten"]
