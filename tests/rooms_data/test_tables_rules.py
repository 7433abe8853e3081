"""Rules over rows and across tables (faults.md C): what is refused, what is mended and told."""

import datetime as dt

import pytest

from data.errors import InputError
from data.model import TimeLag
from data.tables import doubtful, read_input, write_input
from data.tables.schema import clock_times as times
from data.tables.schema import how_often


def faults_of(path):
    with pytest.raises(InputError) as caught:
        read_input(path)
    return caught.value.faults


def column(tables, sheet, header, values):
    """Add a column to a table."""
    tables[sheet][0].append(header)
    for row, value in zip(tables[sheet][1:], values, strict=True):
        row.append(value)


def test_duplicate_client_names_both_rows_and_what_differs(tables, write_folder):
    # C1: the same person in two places and two teams.
    tables["Brukare"].append(["B01", "600900", "6600000", "Lag 2", "P01", "nej"])
    (fault,) = faults_of(write_folder(tables))
    assert (fault.row, fault.column) == (5, "Brukare")
    assert "B01 finns redan på rad 2" in fault.problem
    assert "annan plats" in fault.problem
    assert "annat arbetslag" in fault.problem


@pytest.mark.parametrize(
    ("start", "end"), [("10:00", "09:00"), ("19:30", "06:30"), ("21:50", "23:55")]
)
def test_windows_that_cannot_be(tables, write_folder, start, end):
    # C3: end before start, across midnight, and a visit that would end after midnight.
    tables["Besök"][1][5:7] = [start, end]
    (fault,) = faults_of(write_folder(tables))
    assert (fault.row, fault.column) == (2, "Senast start")
    assert "midnatt" in fault.allowed or "24:00" in fault.allowed


def test_visit_longer_than_any_shift(tables, write_folder):
    # C3, NO-18: into the night nobody hands it on; by day it becomes parts.
    tables["Besök"][1][4:7] = ["481", "14:30", "14:30"]
    (fault,) = faults_of(write_folder(tables))
    assert fault.problem == "481 minuter"
    assert "480" in fault.allowed
    tables["Besök"][1][5:7] = ["08:00", "08:00"]
    read = read_input(write_folder(tables)).municipality
    first = tables["Besök"][1][0]
    parts = [visit for visit in read.visits if visit.visit_id.startswith(first)]
    assert sum(visit.duration_s for visit in parts) == 481 * 60
    assert len(parts) == 3


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_dst_days_are_dates_like_others(tables, write_folder, day):
    # C3: 23 h and 25 h days; times are seconds of the date's own midnight, so nothing shifts.
    for row in tables["Schema"][1:]:
        row[1] = day
    found = read_input(write_folder(tables)).municipality
    assert found.dates == (dt.date.fromisoformat(day),)
    assert found.roster[0].start_s == 7 * 3600


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("8:00", 28800), ("0800", 28800), ("8.00", 28800), ("kl 8", 28800), ("kl. 08.00", 28800),
        ("8", 28800), (8, 28800), (800, 28800), (1530, 55800), ("24:00", 86400), ("800", 28800),
        (0.3333333333333333, 28800), ("0,3333333333", 28800), (8.3, 8.5 * 3600),
        (dt.timedelta(hours=8), 28800), (dt.datetime(1899, 12, 30, 8), 28800),
        ("07:05:09", 25509), ("8,30", 30600),
    ],
)  # fmt: skip
def test_one_parser_of_clocks(cell, seconds):
    # C4: every writing of eight o'clock that planners have used.
    assert times.clock_s(cell) == seconds


@pytest.mark.parametrize(
    "cell", ["25:00", "8:60", "24:01", "åtta", "", True, -1, 8.75, 2500, "8-9"]
)
def test_what_is_no_clock(cell):
    with pytest.raises(ValueError):
        times.clock_s(cell)


@pytest.mark.parametrize(
    ("text", "days", "chosen"),
    [
        ("mån-fre", (0, 1, 2, 3, 4), 0), ("alla dagar", (0, 1, 2, 3, 4, 5, 6), 0),
        ("tis, tor", (1, 3), 0), ("1 av mån-fre", (0, 1, 2, 3, 4), 1), ("Måndag", (0,), 0),
        ("Varje vecka, mån", (0,), 0), ("helger", (5, 6), 0), ("fre–mån", (0, 4, 5, 6), 0),
        ("ti to", (1, 3), 0), ("2 av alla dagar", (0, 1, 2, 3, 4, 5, 6), 2),
        ("mon-fri", (0, 1, 2, 3, 4), 0),
        ("mån och tors", (0, 3), 0), ("vardagar", (0, 1, 2, 3, 4), 0),
        ("mån-ons, lör", (0, 1, 2, 5), 0),
        ("", None, 0), ("0 av mån", None, 0), ("blåndag", None, 0),
    ],
)  # fmt: skip
def test_weekdays(text, days, chosen):
    if days is None:
        with pytest.raises(ValueError):
            how_often.weekdays(text)
    else:
        assert how_often.weekdays(text) == (days, chosen)


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("1", 1), ("varannan vecka", 2), ("var 4:e vecka", 4), ("Varje vecka", 1), (3, 3),
        ("var tredje", 3), ("var 3:e v.", 3), ("4 veckor", 4), ("2 v", 2), ("v. 1, 3", 2),
        ("vecka 46, 48 och 50", 2), ("V.2/4", 2), ("v 1; v 5", 4), ("v. 1 & 4", 3),
        ("varannan vecka fr.o.m. v.10", 2), ("var tredje vecka med början v 7", 3),
        ("varannan, start vecka 9", 2), ("jämna veckonummer", 2), ("(udda v.)", 2),
    ],
)  # fmt: skip
def test_every_weeks(text, weeks):
    assert how_often.every_weeks(text) == weeks


@pytest.mark.parametrize(
    "text", ["v. 3", "v. 1, 2", "v. 1, 2, 4", "v. 5, 3", "v. 0, 2", "v. 52, 54", "v 1-4", "2 mån"]
)
def test_what_is_no_weeks_between(text):
    """One week, weeks in a row and uneven ones are no interval, and are told of by row."""
    with pytest.raises(ValueError):
        how_often.every_weeks(text)


def test_gaps_and_delegations():
    assert times.time_lags("V012:180-300; V2:60") == (
        TimeLag("V012", 10800, 18000), TimeLag("V2", 3600),
    )  # fmt: skip
    assert times.delegations("Läkemedel (2026-12-31); insulin") == (
        ("insulin", dt.date(9999, 12, 31)), ("läkemedel", dt.date(2026, 12, 31)),
    )  # fmt: skip


def test_unknown_contact_is_told_and_the_client_kept(tables, write_folder):
    # C5: a contact who has left; the client is planned for, with a new contact.
    tables["Brukare"][1][4] = "P99"
    found = read_input(write_folder(tables))
    assert found.municipality.clients[0].contact_id == ""
    assert [w.row for w in found.warnings if "P99" in w.problem] == [2]


def test_contact_who_no_longer_qualifies_is_told(tables, write_folder):
    # LU-36, OR-14: P02 is no assistant nurse, B03 gets evening care from her.
    found = read_input(write_folder(tables))
    assert [(w.row, w.column) for w in found.warnings] == [(4, "Omsorgskontakt")]


def test_contact_with_sixty_clients_is_told(tables, write_folder):
    # C6: the rule is stated and the run goes on.
    tables["Brukare"] += [[f"C{i}", "600300", "6600000", "", "P01", "nej"] for i in range(58)]
    found = read_input(write_folder(tables))
    assert any("omsorgskontakt för 60 brukare" in w.problem for w in found.warnings)


def test_protected_clients_are_flagged(tables, write_folder):
    # C7: the flag arrives; the stores and maps act on it (see the store's tests).
    found = read_input(write_folder(tables)).municipality
    assert [c.protected for c in found.clients] == [False, False, True]


@pytest.mark.parametrize("header", ["Skyddade upgifter", "sekretes", "Skyddad person", "SKYDD?"])
def test_misspelt_flag_column_stops(tables, write_folder, header):
    # C8: a flag that is not understood is not ignored.
    tables["Brukare"][0][5] = header
    faults = faults_of(write_folder(tables)) if header != "SKYDD?" else []
    if header == "SKYDD?":  # signs are looked past: this one is understood
        assert read_input(write_folder(tables)).municipality.clients[2].protected
    else:
        assert any(header in f.column and "Skyddade uppgifter" in f.allowed for f in faults)


@pytest.mark.parametrize("cells_of", [("", "", ""), ("ja", "", "nej"), ("ja", "?", "nej")])
def test_empty_flag_is_not_a_no(tables, write_folder, cells_of):
    # C8: fails closed.
    for row, cell in zip(tables["Brukare"][1:], cells_of, strict=True):
        row[5] = cell
    assert all("ja eller nej" in f.allowed for f in faults_of(write_folder(tables)))


def test_no_flag_column_is_told(tables, write_folder):
    for row in tables["Brukare"]:
        del row[5]
    found = read_input(write_folder(tables))
    assert any("Ingen brukare behandlas som skyddad" in w.allowed for w in found.warnings)


def test_ended_clients_are_kept_and_told(tables, write_folder):
    # C9: a client who died is in the file and in no round.
    column(tables, "Brukare", "Insats till", ["2026-11-01", "", ""])
    found = read_input(write_folder(tables))
    assert not found.municipality.clients[0].is_served_on(dt.date(2026, 11, 30))
    assert any("1 brukare är avslutade" in w.problem for w in found.warnings)


@pytest.mark.parametrize(
    ("sheet", "row", "at", "value", "where"),
    [
        ("Besök", 1, 1, "B77", "Brukare"),
        ("Schema", 1, 0, "P77", "Personal"),
    ],
)
def test_references_to_nobody(tables, write_folder, sheet, row, at, value, where):
    tables[sheet][row][at] = value
    (fault,) = faults_of(write_folder(tables))
    assert (fault.row, fault.column) == (row + 1, where)
    assert value in fault.problem


@pytest.mark.parametrize(
    ("gap", "said"),
    [("V09:60", "saknas"), ("V01:60", "sig självt"), ("V03:60", "annan brukares")],
)
def test_gaps_name_a_sibling_visit(tables, write_folder, gap, said):
    column(tables, "Besök", "Tid till annat besök", [gap, "", ""])
    (fault,) = faults_of(write_folder(tables))
    assert said in fault.problem


def test_overlapping_shifts(tables, write_folder):
    tables["Schema"].append(["P01", "2026-11-30", "14:00", "18:00"])
    (fault,) = faults_of(write_folder(tables))
    assert "rad 2" in fault.problem


def test_leave_without_times_is_the_whole_day(tables, write_folder):
    tables["Schema"][0].append("Typ")
    tables["Schema"][1] += ["arbete"]
    tables["Schema"][2][2:] = ["", "", "semester"]
    shift = read_input(write_folder(tables)).municipality.roster[1]
    assert (shift.kind, shift.start_s, shift.end_s) == ("leave", 0, 86400)


def test_more_times_than_days(tables, write_folder):
    tables["Besök"][1][3] = "3 av mån-tis"
    (fault,) = faults_of(write_folder(tables))
    assert fault.column == "Veckodagar"


def test_a_skill_nobody_has_is_told_once(tables, write_folder):
    column(tables, "Besök", "Kompetens", ["stomi", "stomi", ""])
    found = read_input(write_folder(tables))
    assert sum("som ingen har" in w.problem for w in found.warnings) == 1


def test_task_codes_of_the_municipality(tables, write_folder):
    # FA-04: ninety local codes become fifteen planning types by an editable table.
    tables["Besök"][1][2] = "S2 Städ nivå 2"
    (fault,) = faults_of(write_folder(tables))
    assert "Insatskoder" in fault.allowed
    tables["Insatskoder"] = [["Kod", "Planeringstyp"], ["S2 städ nivå 2", "städ"]]
    visit = read_input(write_folder(tables)).municipality.visits[0]
    assert (visit.task, visit.priority) == ("cleaning", 3)


def test_contact_need_follows_from_the_tasks(tables, write_folder):
    # OR-02: B02 has cleaning only; an explicit yes or no in the table goes before.
    assert [c.needs_contact for c in read_input(write_folder(tables)).municipality.clients] == [
        True, False, True,
    ]  # fmt: skip
    column(tables, "Brukare", "Behöver kontakt", ["nej", "ja", ""])
    assert [c.needs_contact for c in read_input(write_folder(tables)).municipality.clients] == [
        False, True, True,
    ]  # fmt: skip


def test_faults_of_one_table_do_not_flood_the_others(tables, write_folder):
    # A clients table without ids must not make a fault of every visit.
    tables["Brukare"][0][0] = "Qwerty"
    faults = faults_of(write_folder(tables))
    assert {fault.file for fault in faults} == {"Brukare.csv"}


def test_row_order_is_kept_and_row_numbers_are_the_sheets(tables, write_book):
    tables["Besök"] = [["Besök i november"], [], *tables["Besök"]]
    tables["Besök"][4][4] = "0"
    with pytest.raises(InputError) as caught:
        read_input(write_book(tables))
    assert [fault.row for fault in caught.value.faults] == [5]


def test_locks_are_read_and_written_back(tables, write_folder, tmp_path):
    """Låsningar: a visit at a time, an order, a whole round, by whom and when; the same after a
    round trip."""
    tables["Låsningar"] = [
        ["Datum", "Besök", "Personal", "Starttid", "Ordning", "Låst av", "Låst den"],
        ["2026-11-30", "V01", "P01", "08:15", "1", "samordnare", "2026-11-28"],
        ["2026-11-30", "", "P02", "", "", "", ""],
    ]
    found = read_input(write_folder(tables)).municipality
    assert [(p.visit_id, p.staff_id, p.start_s, p.order) for p in found.pins] == [
        ("V01", "P01", 8 * 3600 + 900, 1),
        ("", "P02", None, 0),
    ]
    assert [(p.decided_by, str(p.decided_on)) for p in found.pins] == [
        ("samordnare", "2026-11-28"),
        ("", "None"),
    ]
    again = read_input(write_input(found, tmp_path / "igen.xlsx")[0]).municipality
    assert again.pins == found.pins


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["2026-11-30", "V99", "P01", "", ""], "V99 finns inte"),
        (["2026-11-30", "V01", "P99", "", ""], "P99 finns inte"),
        (["2026-11-30", "", "", "08:00", ""], "varken besök eller personal"),
        (["2026-11-30", "", "P01", "08:00", ""], "tid eller ordning utan besök"),
        (["2026-11-30", "V01", "", "", "2"], "ordning utan personal"),
        (["2026-11-30", "V01", "P02", "", ""], "låst på annat sätt på rad 2"),
    ],
)
def test_locks_that_cannot_be(tables, write_folder, row, said):
    """Each fault of a lock names its row."""
    tables["Låsningar"] = [
        ["Datum", "Besök", "Personal", "Starttid", "Ordning"],
        ["2026-11-30", "V01", "P01", "", ""],
        row,
    ]
    with pytest.raises(InputError) as told:
        read_input(write_folder(tables))
    assert any(said in str(fault) for fault in told.value.faults)


@pytest.mark.parametrize("word", ["APT", "planering", "Telefontid", "dokumentation", "möte"])
def test_time_that_is_no_visit_is_a_meeting_at_the_base(tables, write_folder, word):
    # LU-41, LU-42: the planning hour, phone time and meetings are lines of the roster.
    tables["Schema"][0].append("Typ")
    tables["Schema"][1] += ["arbete"]
    tables["Schema"][2][2:] = ["15:00", "16:00", word]
    assert read_input(write_folder(tables)).municipality.roster[1].kind == "meeting"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("22:00", "06:30", (22, 30.5)),
        ("23:50", "23:55", (23 + 5 / 6, 23 + 11 / 12)),
        ("02:00", "04:00", (26, 28)),
        ("21:00", "01:00", (21, 25)),
    ],
)
def test_visits_of_the_night_are_a_layer_of_their_own(tables, write_folder, start, end, hours):
    # They must not stop the day's plan, nor vanish; their hours count on past midnight.
    tables["Besök"][1][5:7] = [start, end]
    found = read_input(write_folder(tables))
    assert [visit.visit_id for visit in found.municipality.visits] == ["V02", "V03"]
    (one,) = found.municipality.layer_rows("night").visits
    assert (one.earliest_s, one.latest_s) == tuple(round(hour * 3600) for hour in hours)
    assert any("nattbesök" in warning.problem for warning in found.warnings)


def test_shifts_of_the_night_are_a_layer_of_their_own(tables, write_folder):
    # By their times, by their kind, and by whom they belong to.
    tables["Schema"] = [
        ["Personal", "Datum", "Start", "Slut", "Typ"],
        ["P01", "2026-11-30", "07:00", "15:00", "arbete"],
        ["P02", "2026-11-30", "21:30", "07:00", "arbete"],
        ["P02", "2026-12-01", "21:00", "23:00", "natt"],
        ["P09", "2026-12-01", "08:00", "12:00", "arbete"],
        ["P02", "2026-12-02", "15:00", "00:00", "arbete"],
    ]
    tables["Personal"].append(["P09", "resurs", "natt", "undersköterska", ""])
    found = read_input(write_folder(tables))
    assert [(s.staff_id, s.end_s) for s in found.municipality.roster] == [
        ("P01", 15 * 3600), ("P02", 24 * 3600),
    ]  # fmt: skip
    assert [carer.staff_id for carer in found.municipality.staff] == ["P01", "P02"]
    counts = {s["tabell"]: s["anmärkt"] for s in found.receipt.as_list()}
    assert sum(counts["Schema"].values()) == 2
    assert sum(counts["Personal"].values()) == 1
    # A course by day of somebody who works nights is hers, and no night.
    nights = [(s.staff_id, s.start_s / 3600, s.end_s / 3600, s.part)
              for s in found.municipality.layer_rows("night").roster]  # fmt: skip
    assert nights == [
        ("P02", 21.5, 31, "night"), ("P02", 21, 23, "night"), ("P09", 8, 12, "day"),
    ]  # fmt: skip
    assert [carer.staff_id for carer in found.municipality.layer_rows("night").staff] == ["P09"]


@pytest.mark.parametrize(
    ("names", "is_told"),
    [
        (("Anna Ek", "Karl-Erik Berg", "Siv Öberg"), True),
        (("anna", "karin", "B03"), True),
        (("Lag Nord 1", "B2", "B3"), False),
        (("B01", "B02", "B03"), False),
    ],
)
def test_names_as_ids_are_warned_of(tables, write_folder, names, is_told):
    # An id stands on maps and in files; a name there is a leak.
    for table, at in (("Brukare", 0), ("Besök", 1)):
        for row, name in zip(tables[table][1:], names, strict=True):
            row[at] = name
    found = read_input(write_folder(tables))
    told = [w for w in found.warnings if "namn på människor" in w.problem]
    assert bool(told) == is_told
    assert not any(name in str(told) for name in names)


def test_the_key_file_is_never_read(tables, write_folder):
    # Beside the tables it may lie, with names and telephones, and planning does not open it.
    folder = write_folder({**tables, "Nyckel": [["Brukare", "Namn"], ["B01", "Anna Ek"]]})
    found = read_input(folder)
    assert not any("Nyckel" in sheet["fil"] for sheet in found.receipt.as_list())


@pytest.mark.parametrize(
    ("text", "mondays"),
    [
        # The roster begins in week 49 of 2026.
        ("jämna veckor", ["2026-11-23"]),
        ("udda", ["2026-11-30"]),
        ("varannan vecka (udda)", ["2026-11-30"]),
        ("varannan vecka från v. 10", ["2026-03-02"]),
        ("v. 49, 51", ["2026-11-30"]),
        ("v. 1, 3", ["2025-12-29"]),
        ("v. 2, 4", ["2026-01-05"]),
        ("var 4:e vecka, start v 50", ["2026-12-07"]),
        ("varannan", ["0001-01-01", "1900-01-01"]),
    ],
)
def test_weeks_that_are_named(tables, write_folder, text, mondays):
    # "Jämna veckor" and "från v. 10" say which weeks; the visit is due in those and no others.
    tables["Besök"][0].append("Varje antal veckor")
    for row, cell in zip(tables["Besök"][1:], ("", "", text), strict=True):
        row.append(cell)
    visit = read_input(write_folder(tables)).municipality.visits[2]
    assert visit.every_weeks == (4 if "4:e" in text else 2)
    assert type(visit.every_weeks) is int
    assert visit.valid_from.isoformat() in mondays


@pytest.mark.parametrize(
    ("first_day", "week", "monday"),
    [
        (dt.date(2027, 1, 11), 50, dt.date(2026, 12, 7)),  # last year's, four weeks ago
        (dt.date(2027, 1, 11), 10, dt.date(2027, 3, 8)),  # to come
        (dt.date(2026, 11, 30), 10, dt.date(2026, 3, 2)),
        (dt.date(2027, 1, 1), 53, dt.date(2026, 12, 28)),  # a Friday of week 53
    ],
)
def test_which_year_a_named_week_is_of(first_day, week, monday):
    weeks = how_often.Weeks(2)
    weeks.first = week
    assert doubtful._monday(weeks, first_day) == monday


@pytest.mark.parametrize("text", ["v. 1, 2", "varannan vecka från v. 60", "jämnast"])
def test_weeks_that_nobody_can_lay_out_are_faults(tables, write_folder, text):
    # Told by row; never read as something else.
    tables["Besök"][0].append("Varje antal veckor")
    for row, cell in zip(tables["Besök"][1:], ("", "", text), strict=True):
        row.append(cell)
    (fault,) = faults_of(write_folder(tables))
    assert fault.row == 4


def test_listed_weeks_are_told_how_they_were_read(tables, write_folder):
    # They may be the roster's own weeks instead of the year's.
    tables["Besök"][0].append("Varje antal veckor")
    for row, cell in zip(tables["Besök"][1:], ("", "", "v. 1, 3"), strict=True):
        row.append(cell)
    said = [one for one in read_input(write_folder(tables)).warnings if "uppräknade" in one.problem]
    assert [one.problem for one in said] == ["uppräknade veckor på 1 rader"]


def test_even_weeks_over_a_new_year_after_week_53_are_asked(tables, write_folder):
    # 2026 has 53 weeks: two odd weeks follow each other, and "jämna" changes its step.
    tables["Schema"].append(["P01", "2027-01-11", "07:00", "15:00"])
    tables["Besök"][0].append("Varje antal veckor")
    for row, cell in zip(tables["Besök"][1:], ("", "", "jämna"), strict=True):
        row.append(cell)
    (fault,) = faults_of(write_folder(tables))
    assert "vecka 53" in fault.problem
