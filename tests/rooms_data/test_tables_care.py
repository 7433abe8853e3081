"""Seldom columns, matters, laundry, standard minutes: what follows of each at the gate."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.care.care_calendar import occurrences_of
from data.care.decisions import decide, decided, in_force, undecided
from data.care.matters import laundry_unbooked, next_working_day, walks_along
from data.care.set_aside import aside_counts
from data.care.turns import turns
from data.errors import InputError, SettingsError
from data.matter_model import Matter
from data.model import Client, Visit
from data.tables import read_input, write_input
from routing.check.due import due

MONDAY = dt.date(2026, 11, 30)
WEEK = [MONDAY + dt.timedelta(i) for i in range(7)]


def with_column(rows, header, *cells):
    rows[0].append(header)
    for row, cell in zip(rows[1:], cells, strict=True):
        row.append(cell)


def town_of(tables, write_folder, **how):
    return read_input(write_folder(tables), **how).municipality


def test_alarm_only_and_other_providers_are_put_aside(tables, write_folder, tmp_path):
    """LU-01, LU-19: in no team and no round; counted, told, and in the tables again."""
    with_column(tables["Brukare"], "Endast larm", "nej", "ja", "nej")
    with_column(tables["Brukare"], "Utförare", "Egen regi", "Egen regi", "Omsorg AB")
    found = read_input(write_folder(tables), own_provider="Egen regi")
    town = found.municipality
    assert [client.client_id for client in town.clients] == ["B01"]
    assert [visit.visit_id for visit in town.visits] == ["V01"]
    assert aside_counts(town.aside_clients) == {"Omsorg AB": 1, "alarm_only": 1}
    told = " ".join(fault.problem for fault in found.warnings)
    assert "1 brukare har bara larm" in told
    assert "1 brukare har utföraren Omsorg AB" in told
    assert "1 besök hos brukare med bara larm" in told
    write_input(town, tmp_path / "ut")
    assert read_input(tmp_path / "ut", own_provider="Egen regi").municipality == town
    everyone = read_input(tmp_path / "ut").municipality  # no provider said: everybody's rounds
    assert {client.client_id for client in everyone.clients} == {"B01", "B03"}


def test_minutes_from_a_catalogue_of_levels(tables, write_folder, tmp_path):
    """LU-02, NO-08: a code's standard time, and a level's own; what has none is a fault."""
    tables["Insatskoder"] = [
        ["Kod", "Planeringstyp", "Nivå", "Schablonminuter"],
        ["städ", "städ", "", "60"], ["städ", "städ", "2", "90"], ["morgon", "morgon", "", "30"],
    ]  # fmt: skip
    tables["Besök"][1][4] = "schablon"
    tables["Besök"][2][4] = "nivå 2"
    town = town_of(tables, write_folder)
    minutes = {visit.visit_id: visit.duration_s // 60 for visit in town.visits}
    assert (minutes["V01"], minutes["V02"]) == (30, 90)
    write_input(town, tmp_path / "ut")
    text = (tmp_path / "ut" / "besok.csv").read_text(encoding="utf-8-sig")
    assert "nivå 2" in text  # what was written by words stays so
    tables["Besök"][2][4] = "nivå 3"
    assert "nivå 3 som inte finns" in faults_of(tables, write_folder)


def test_a_frame_is_shared_over_its_visits(tables, write_folder):
    """FA-05, NO-06: 420 minutes a week, less 7 × 20 that are said, over 7 + 1 visits: 35 each."""
    with_column(tables["Brukare"], "Beviljade minuter per vecka", "420", "0", "0")
    tables["Besök"][1][4] = "ramtid"
    tables["Besök"] += [
        ["V04", "B01", "lunch", "alla dagar", "20", "11:00", "13:00"],
        ["V05", "B01", "dusch", "1 av mån-fre", "ramtid", "09:00", "11:00"],
    ]
    by_id = town_of(tables, write_folder).visit_by_id
    assert (by_id["V01"].duration_s, by_id["V05"].duration_s) == (35 * 60, 35 * 60)
    tables["Brukare"][1][-1] = "150"
    assert "kvar av ramtiden" in faults_of(tables, write_folder)


def test_what_is_outside_the_frame_takes_nothing_from_it(tables, write_folder):
    """NO-09: digital checks and escorts are granted beside the frame."""
    with_column(tables["Brukare"], "Beviljade minuter per vecka", "210", "0", "0")
    with_column(tables["Besök"], "I ramtid", "", "", "")
    tables["Besök"][1][4] = "ramtid"
    tables["Besök"].append(["V04", "B01", "lunch", "alla dagar", "20", "11:00", "13:00", "nej"])
    assert town_of(tables, write_folder).visit_by_id["V01"].duration_s == 30 * 60


def test_staffs_own_estimate_is_planned_and_the_order_stays(tables, write_folder, tmp_path):
    """MA-22, OR-17: 45 minutes are planned, 35 stay ordered, in the tables too."""
    with_column(tables["Besök"], "Personalens minuter", "45", "", "")
    town = town_of(tables, write_folder)
    visit = town.visit_by_id["V01"]
    assert (visit.duration_s, visit.ordered_s) == (45 * 60, 35 * 60)
    assert town.visit_by_id["V02"].ordered_s == 0
    write_input(town, tmp_path / "ut")
    assert read_input(tmp_path / "ut").municipality == town


def test_one_visit_may_pause_alone(tables, write_folder):
    """NO-12: laundry is away Tuesday to Thursday; the same by search and checker."""
    with_column(tables["Besök"], "Uppehåll från", "2026-12-01", "", "")
    with_column(tables["Besök"], "Uppehåll till", "2026-12-03", "", "")
    town = town_of(tables, write_folder)
    visit, client = town.visit_by_id["V01"], town.client_by_id["B01"]
    days = [one.dates[0] for one in occurrences_of(visit, client, WEEK)]
    assert days == [WEEK[0], *WEEK[4:]]
    assert [min(one.days) for one in due(visit, client, WEEK)] == days


def test_experience_is_asked_of_everybody_who_comes(tables, write_folder, tmp_path):
    """MA-43: level 2 admits 2 and 3; the tables keep the column, and no made-up delegation."""
    with_column(tables["Brukare"], "Kräver erfarenhet", "2", "", "")
    with_column(tables["Personal"], "Erfarenhet", "3", "1")
    town = town_of(tables, write_folder)
    (skill,) = town.visit_by_id["V01"].skills
    assert town.staff_by_id["P01"].holds(skill, MONDAY)
    assert not town.staff_by_id["P02"].holds(skill, MONDAY)
    assert town.visit_by_id["V02"].skills == frozenset()
    write_input(town, tmp_path / "ut")
    assert "erfarenhet 2" not in (tmp_path / "ut" / "besok.csv").read_text(encoding="utf-8-sig")
    assert read_input(tmp_path / "ut").municipality == town


HEADER = ["Ärende", "Dag", "Brukare", "Besök", "Personal", "Handledare", "Till", "Klockslag",
          "Klart"]  # fmt: skip


def faults_of(tables, write_folder):
    with pytest.raises(InputError) as caught:
        town_of(tables, write_folder)
    return " ".join(f"{fault.problem} {fault.allowed}" for fault in caught.value.faults)


def matter(kind, day, client="", visit="", staff="", tutor="", until="", clock="", done=""):
    return [kind, day, client, visit, staff, tutor, until, clock, done]


def test_an_emergency_ends_at_its_clock_time(tables, write_folder):
    """NO-19: granted on Monday until noon on Tuesday; the evening visit is over on Monday."""
    tables["Besök"].append(["V04", "B01", "kväll", "alla dagar", "20", "18:00", "20:00"])
    tables["Ärenden"] = [HEADER, matter("akut beslut", "2026-11-30", "B01", clock="12:00")]
    town = town_of(tables, write_folder)
    client = town.client_by_id["B01"]

    def days(visit_id):
        found = due(town.visit_by_id[visit_id], client, WEEK)
        return [min(one.days) for one in found]

    assert client.valid_to == WEEK[1]
    assert days("V01") == WEEK[:2]
    assert days("V04") == WEEK[:1]
    assert next_working_day(dt.date(2026, 12, 4)) == dt.date(2026, 12, 7)


def test_a_wish_for_the_day_before_moves_the_turn(tables, write_folder):
    """LU-39: cleaning on the day before Thursday; it falls on Wednesday, and the wish ends."""
    tables["Ärenden"] = [HEADER, matter("dagen före", "2026-12-03", visit="V02")]
    town = town_of(tables, write_folder)
    visit = town.visit_by_id["V02"]
    (first, *_) = occurrences_of(visit, town.client_by_id["B02"], WEEK)
    assert visit.next_due == dt.date(2026, 12, 2)
    assert dt.date(2026, 12, 2) in first.dates
    assert undecided(town).visit_by_id["V02"].next_due is None


def test_a_temporary_need_lasts_three_days(tables, write_folder):
    """NO-17: from Monday on, three days where nobody has said till when."""
    tables["Ärenden"] = [HEADER, matter("tillfälligt behov", "2026-11-30", visit="V01")]
    town = town_of(tables, write_folder)
    found = due(town.visit_by_id["V01"], town.client_by_id["B01"], WEEK)
    assert [min(one.days) for one in found] == WEEK[:3]


def test_taken_over_and_handed_back_with_team_and_contact(tables, write_folder, tmp_path):
    """NO-21, NO-22: the homecoming team's meanwhile; nothing of the client's own changes."""
    tables["Ärenden"] = [
        HEADER,
        matter("övertagande", "2026-12-01", "B01", until="2026-12-02"),
        matter("överlämning", "2026-12-04", "B02"),
    ]
    town = town_of(tables, write_folder)
    taken = town.client_by_id["B01"]
    assert [taken.is_served_on(day) for day in WEEK[:4]] == [True, False, False, True]
    assert (taken.team_id, taken.contact_id) == ("Lag 1", "P01")
    coming = town.client_by_id["B02"]
    assert [coming.is_served_on(day) for day in WEEK[3:5]] == [False, True]
    write_input(town, tmp_path / "ut")
    assert read_input(tmp_path / "ut").municipality == town


def test_who_walks_along_makes_no_visits(tables, write_folder, tmp_path):
    """MA-41: her shifts of those days are hers to learn; they come off when tables are written."""
    tables["Ärenden"] = [
        HEADER, matter("introduktion", "2026-11-30", staff="P02", tutor="P01", until="2026-12-01")
    ]  # fmt: skip
    town = town_of(tables, write_folder)
    assert [(s.staff_id, s.kind, s.label) for s in town.laid_shifts] == [
        ("P02", "leave", "introduktion")
    ]
    assert walks_along(town, MONDAY) == {"P02": "P01"}
    assert walks_along(town, WEEK[2]) == {}
    assert len(undecided(town).roster) == len(town.roster) - 1
    assert decided(town) == town
    write_input(town, tmp_path / "ut")
    assert read_input(tmp_path / "ut").municipality == town


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (matter("introduktion", "2026-11-30", staff="P02"), "kräver Handledare"),
        (matter("välkomstsamtal", "2026-11-30", "B99"), "finns inte"),
        (matter("introduktion", "2026-11-30", staff="P02", tutor="P02"), "samma person"),
        (matter("tillfälligt behov", "2026-11-30", visit="V01", until="2026-11-01"), "slutdatum"),
        (matter("okänt", "2026-11-30", "B01"), "välkomstsamtal"),
    ],
)
def test_a_matter_that_cannot_be_meant_is_a_fault(tables, write_folder, row, says):
    tables["Ärenden"] = [HEADER, row]
    assert says in faults_of(tables, write_folder)


def laundry_town(tables, write_folder, *slots):
    with_column(tables["Brukare"], "Byggnad", "H1", "H1", "")
    tables["Brukare"][2][1:3] = tables["Brukare"][1][1:3]
    tables["Besök"] += [
        [f"V1{n}", f"B0{n}", "tvätt", "1 av mån-fre", "60", "08:00", "14:00"] for n in (1, 2)
    ]
    tables["Tvättider"] = [["Byggnad", "Veckodagar", "Start", "Slut"], *slots]
    return town_of(tables, write_folder)


def test_laundry_is_done_when_the_room_is_booked(tables, write_folder, tmp_path):
    """LU-38: two clients of one building get a booking each, and the window of it."""
    town = laundry_town(
        tables, write_folder, ["H1", "tis", "08:00", "11:00"], ["H1", "tor", "09:00", "12:00"]
    )
    made = {v.visit_id: (v.weekdays, v.earliest_s, v.latest_s) for v in town.visits}
    assert made["V11"] == ((1,), 8 * 3600, 10 * 3600)
    assert made["V12"] == ((3,), 9 * 3600, 11 * 3600)
    assert laundry_unbooked(undecided(town)) == ()
    write_input(town, tmp_path / "ut")
    assert read_input(tmp_path / "ut").municipality == town


def test_laundry_that_no_booking_fits_is_found(tables, write_folder):
    town = laundry_town(tables, write_folder, ["H1", "lör", "08:00", "11:00"])
    assert laundry_unbooked(undecided(town)) == ("V11", "V12")
    assert town.visit_by_id["V11"].weekdays == (0, 1, 2, 3, 4)


def test_every_field_of_a_visit_and_a_client_is_written_again(tables, write_folder, tmp_path):
    town = town_of(tables, write_folder)
    client = replace(
        town.clients[0], is_65=True, contact_status="not_asked", phone_on_delay=True, smoker=True,
        alarms_week=3,
    )  # fmt: skip
    assert isinstance(client, Client)
    visit = replace(town.visits[0], pause_from=MONDAY, in_frame=False, ordered_s=1800)
    assert isinstance(visit, Visit)
    carer = replace(town.staff[1], smoke_averse=True, hourly=True)
    whole = replace(
        town, clients=(client, *town.clients[1:]), visits=(visit, *town.visits[1:]),
        staff=(town.staff[0], carer),
        matters=(Matter("care_plan", MONDAY, "B01", done_on=WEEK[3]),),
    )  # fmt: skip
    write_input(whole, tmp_path / "ut.xlsx")
    assert read_input(tmp_path / "ut.xlsx").municipality == whole


def test_more_contacts_kontaktman_and_wished_skills_are_read(tables, write_folder, tmp_path):
    """OR-05, OR-15, MA-07: read, kept, and whoever is not in the staff's table is cleared."""
    with_column(tables["Brukare"], "Fler kontakter", "P01; P02; P99", "", "")
    with_column(tables["Brukare"], "Kontaktman", "", "ja", "")
    with_column(tables["Brukare"], "Önskad kompetens", "", "", "demens; psykiatri")
    found = read_input(write_folder(tables))
    first, second, third = found.municipality.clients
    assert first.co_contacts == {"P01", "P02"}
    assert any("saknas i personalen" in fault.problem for fault in found.warnings)
    assert (second.kontaktman, third.wished_skills) == (True, {"demens", "psykiatri"})
    write_input(found.municipality, tmp_path / "ut")
    assert read_input(tmp_path / "ut").municipality == found.municipality


@pytest.mark.parametrize("weeks", [3, 4, 8])
@pytest.mark.parametrize("days_ago", [0, 5, 13])
def test_rare_service_begins_within_two_weeks(tables, write_folder, weeks, days_ago):
    """NO-14: whatever the interval, the first time lies within a fortnight; by the checker too."""
    start = MONDAY - dt.timedelta(days_ago)
    with_column(tables["Besök"], "Varje antal veckor", "", str(weeks), "")
    with_column(tables["Besök"], "Gäller från", "", start.isoformat(), "")
    town = town_of(tables, write_folder)
    visit, client = town.visit_by_id["V02"], town.client_by_id["B02"]
    dates = [start + dt.timedelta(i) for i in range(60)]
    first = occurrences_of(visit, client, dates)[0]
    assert min(first.dates) <= start + dt.timedelta(14)
    assert set(due(visit, client, dates)[0].days) == set(first.dates)


def test_laundry_without_a_booking_is_told(tables, write_folder):
    town = laundry_town(tables, write_folder, ["H1", "lör", "08:00", "11:00"])
    assert town.laundry
    told = read_input(write_folder(tables)).warnings
    assert any("2 tvättbesök ryms" in fault.problem for fault in told)


def test_contacts_take_turns_by_decisions_that_follow_each_other(tables, write_folder):
    """MA-42: four weeks each; whoever is next is vice; on each day one contact holds."""
    found = turns("B01", ["P01", "P02"], weeks=4, first=MONDAY, n_turns=3, decided_by="planerare")
    town = town_of(tables, write_folder)
    for n, contact, vice in ((0, "P01", "P02"), (1, "P02", "P01"), (2, "P01", "P02")):
        begin = MONDAY + dt.timedelta(28 * n)
        for day in (begin, begin + dt.timedelta(27)):
            held = {one.kind: one.staff_id for one in in_force(found, day, day)}
            assert held == {"contact": contact, "vice": vice}
    now = decide(town, *found)
    assert now.client_by_id["B01"].contact_id == "P01"
    for wrong in (["P01"], ["P01", "P01"]):
        with pytest.raises(SettingsError):
            turns("B01", wrong, weeks=4, first=MONDAY, n_turns=2, decided_by="planerare")
