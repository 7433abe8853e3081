"""Performed visits against adopted contacts (LU-16, LU-17), counted by hand over 14 days."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace

import pytest

from data.errors import InputError
from data.model import Base, Client, Decision, Municipality, Shift, Staff, Visit
from data.rules import Rules
from data.tables.actuals.performed import read_performed
from routing.followup.client_figures import AGE_UNKNOWN, AWAY, FEW_VISITS, SHORT, UNDER_65
from routing.followup.group_figures import follow_up, periods_of

MONDAY = dt.date(2026, 3, 2)
DAYS = [MONDAY + dt.timedelta(i) for i in range(28)]
H = 3600


def client(name, **more):
    return Client(name, 0, 0, team_id="T1", contact_id="S1", **{"is_65": True, **more})


def town(*clients, decisions=()):
    clients = clients or (client("A"),)
    visits = tuple(
        Visit(f"{one.client_id}-{task}", one.client_id, task, 30 * 60, at * H, (at + 1) * H,
              wished_s=at * H)
        for one in clients
        for task, at in (("morning", 8), ("evening", 18))
    )  # fmt: skip
    staff = (Staff("S1", team_id="T1"), Staff("S2", team_id="T1"), Staff("H1", hourly=True))
    return Municipality(
        "Pytteby", clients, visits, staff, (Shift("S1", MONDAY, 7 * H, 15 * H),),
        (Base("B1", 0, 0),), decisions=tuple(decisions),
    )  # fmt: skip


def export(path, rows, header=("Datum", "Personal", "Brukare", "Start", "Slut")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return path


def fortnight(name="A", days=DAYS[:14], morning="S1", evening="S2"):
    """Mornings at wished time, evenings twenty minutes late."""
    rows = []
    for day in days:
        rows.append([day, morning, name, "08:00", "08:30"])
        rows.append([day, evening, name, "18:20", "18:50"])
    return rows


def period_of(tmp_path, municipality, rows, days=14):
    performed = read_performed(export(tmp_path / "utfort.csv", rows), municipality)
    period = periods_of(performed.dates, days)[0]
    return follow_up(municipality, performed.visits, period, Rules()), performed


def test_a_fortnight_by_hand(tmp_path):
    """Half by the contact; two carers met; half of the wished times within a quarter."""
    found, _ = period_of(tmp_path, town(client("A", granted_min_week=400)), fortnight())
    whole = found.municipality
    assert (whole.n_visits, whole.contact_pct) == (28, 50.0)
    assert (whole.n_counted, whole.carers_mean, whole.carers_max) == (1, 2.0, 2)
    assert (whole.wished_15_pct, whole.wished_30_pct) == (50.0, 100.0)
    assert (whole.performed_min, whole.granted_min, whole.ordered_min) == (840, 800, 840)
    assert (whole.performed_of_granted_pct, whole.n_over, whole.n_under) == (105.0, 0, 0)
    assert found.teams["T1"] == whole
    assert whole.light(25) == "reached"
    assert whole.light(60) == "near"
    assert whole.light(90) == "under"


@pytest.mark.parametrize(
    ("changes", "days", "why"),
    [
        ({"is_65": False}, 14, UNDER_65),
        ({"is_65": None}, 14, AGE_UNKNOWN),
        ({"pause_from": DAYS[3], "pause_to": DAYS[3]}, 14, AWAY),
        ({}, 7, SHORT.format(n=14)),
    ],
)
def test_whom_the_national_figure_leaves_out_is_said(tmp_path, changes, days, why):
    """OR-01: those over 65 only, and each of the others is counted by the reason."""
    found, _ = period_of(tmp_path, town(client("A", **changes)), fortnight(), days)
    assert found.municipality.n_counted == 0
    assert found.municipality.carers_mean is None
    assert found.left_out == {why: 1}
    any_age = 2.0 if why in (UNDER_65, AGE_UNKNOWN) else None
    assert found.municipality.carers_any_age_mean == any_age
    assert found.municipality.carers_everybody_mean == 2.0


def test_a_day_with_one_visit_is_too_few(tmp_path):
    found, _ = period_of(tmp_path, town(), fortnight()[:-1])
    assert found.left_out == {FEW_VISITS.format(n=2): 1}


def test_two_carers_at_one_visit_are_one_visit_of_the_day(tmp_path):
    """Double staffing adds a face and no visit of the day, and the client's minutes once."""
    rows = [*fortnight()[:-1], [DAYS[13], "S2", "A", "08:00", "08:30"]]
    double = town()
    visits = tuple(replace(v, carers_required=2) for v in double.visits)
    found, _ = period_of(tmp_path, replace(double, visits=visits), rows)
    assert found.left_out == {FEW_VISITS.format(n=2): 1}
    assert found.municipality.performed_min == 27 * 30


def test_early_late_and_digital_visits_are_the_neighbours(tmp_path):
    """Outside 07–22 nobody is counted, but for the figure of everybody and all hours."""
    rows = [*fortnight(), [DAYS[0], "H1", "A", "22:30", "22:50"], [DAYS[0], "P9", "A", "06:30",
            "06:40"]]  # fmt: skip
    found, _ = period_of(tmp_path, town(), rows)
    assert found.municipality.carers_mean == 2.0
    assert found.municipality.carers_everybody_mean == 4.0


def test_temps_and_unknown_carers_are_people_too(tmp_path):
    """LU-33: by the hour, or not in the staff's table: counted as persons and as temps."""
    rows = fortnight(evening="H1")[:-1] + [[DAYS[13], "VIKARIE", "A", "18:20", "18:50"]]
    found, performed = period_of(tmp_path, town(), rows)
    assert found.municipality.hourly_pct == 50.0
    assert found.municipality.carers_mean == 3.0
    assert performed.reasons["personal som inte finns i tabellen (räknas som en person)"] == 1


def test_the_contact_is_the_one_of_the_day(tmp_path):
    """S2 is contact from the second week on, by decision: her evenings count from then."""
    change = Decision("contact", client_id="A", staff_id="S2", valid_from=DAYS[7])
    found, _ = period_of(tmp_path, town(decisions=[change]), fortnight(morning="S1", evening="S1"))
    assert found.municipality.contact_pct == 50.0


def test_wishes_for_persons_are_measured(tmp_path):
    """OR-11: of her 28 visits half are by the one she wished for."""
    wishes = town(client("A", preferred_staff=frozenset({"S2"})), client("B"))
    found, _ = period_of(tmp_path, wishes, [*fortnight(), *fortnight("B")])
    assert found.municipality.person_wish_pct == 50.0
    assert sum(one.n_person_wished for one in found.clients) == 28


def test_any_fourteen_days_and_a_trend(tmp_path):
    """Periods follow each other from any first day; what is left over is no period."""
    assert [p[0] for p in periods_of(DAYS, 14)] == [DAYS[0], DAYS[14]]
    assert [(p[0], p[-1]) for p in periods_of(DAYS, 14, DAYS[3])] == [(DAYS[3], DAYS[16])]
    assert [len(p) for p in periods_of(DAYS[:5], 14)] == [5]
    rows = fortnight() + fortnight(days=DAYS[14:], morning="S2", evening="S2")
    performed = read_performed(export(tmp_path / "u.csv", rows), town())
    shares = [
        follow_up(town(), performed.visits, period, Rules()).municipality.contact_pct
        for period in periods_of(performed.dates, 14)
    ]
    assert shares == [50.0, 0.0]


def test_rows_that_are_no_visit_or_nobodys(tmp_path):
    """Breaks and meetings may be there or not; unknown clients and twins of rows are told of."""
    header = ("Datum", "Personal", "Slag", "Brukare", "Start", "Slut")
    rows = [[day, who, "besök", name, start, end] for day, who, name, start, end in fortnight()]
    rows += [
        [MONDAY, "S1", "rast", "", "12:00", "12:30"], [MONDAY, "S1", "möte", "", "13:00", "14:00"],
        [MONDAY, "S1", "besök", "BORTA", "09:00", "09:30"],
        [MONDAY, "S1", "besök", "A", "08:00", "08:30"],
        [MONDAY, "S1", "besök", "A", "10:00", "09:00"],
    ]  # fmt: skip
    path = export(tmp_path / "u.csv", rows, header)
    found = read_performed(path, town())
    assert len(found.visits) == 28
    assert (found.n_rows, found.n_left_out) == (33, 3)
    assert set(found.reasons) == {
        "okänd brukare eller okänt besök", "samma rad två gånger", "slutet är inte efter starten",
    }  # fmt: skip
    assert {fault.row for fault in found.faults} == {32, 33, 34}
    with pytest.raises(InputError):
        read_performed(export(tmp_path / "tom.csv", rows[28:30], header), town())
