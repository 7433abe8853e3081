"""Staff sheets: intervals, own stops only, formats that others can read, hostile text inert."""

from __future__ import annotations

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from zoneinfo import ZoneInfo

import gpxpy
import icalendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from data.matter_model import Matter
from data.model import Staff
from maps.common.audiences import StaffRound
from maps.common.sanitising import slug, visible
from maps.common.texts import texts
from maps.common.vendored import asset
from maps.files.ics import Event, calendar, next_contact_visits
from maps.files.sheet_phone import phone_html
from maps.files.staff_sheets import write_staff_sheets
from maps.paper.pdf_paper import Paper, wrapped
from maps.paper.sheet_pdf import write_sheet_pdf
from maps.paper.sheet_view import INTERVAL_S, sheet_view
from maps.paper.sheet_words import (
    closing,
    key_line,
    leg_text,
    length,
    notes,
    times,
    what,
    where,
)
from maps.paper.team_sheet import write_team_sheet
from maps.screen.round_view import rounds_view

ROUND = "2026-03-02-day-s1"


@pytest.fixture
def make_sheet(make_town):
    def make(town=None, round_id=ROUND, **more):
        town = town or make_town()
        own = rounds_view(
            town.municipality, town.team_plan, town.round_plan, town.leg_path, StaffRound(),
            day=town.day, round_id=round_id,
        )  # fmt: skip
        return sheet_view(own, town.municipality, town.network, **more), town

    return make


def pdf_text(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_sheet_holds_own_stops_and_no_protected(make_sheet):
    """NO-27, C7: nobody else's clients, and a count of what is left out."""
    sheet, town = make_sheet()
    assert [stop.client_id for stop in sheet.visits] == [f"k{i:02d}" for i in range(10) if i != 7]
    assert sheet.n_protected == 1
    assert [stop.number for stop in sheet.visits] == list(range(1, 10))
    assert town.asked


def test_times_are_intervals_and_breaks_are_exact(make_sheet):
    """FA-01: half an hour by quarters that holds the planned start; the break is told exactly."""
    sheet, town = make_sheet()
    planned = {row.client_id: row.start_s for row in town.round_plan.rounds[ROUND]}
    for stop in sheet.visits:
        assert stop.to_s - stop.from_s == INTERVAL_S
        assert stop.from_s <= planned[stop.client_id] <= stop.to_s
        assert stop.from_s % 900 == 0
    pause = next(stop for stop in sheet.stops if stop.kind == "break")
    assert pause.to_s - pause.from_s == 1800


def test_narrow_windows_are_kept_as_they_are(make_sheet, make_town):
    """A visit that may start within 20 minutes is not told as half an hour."""
    town = make_town()
    visits = list(town.municipality.visits)
    visits[1] = replace(visits[1], earliest_s=26_400, latest_s=27_600)
    town.municipality = replace(town.municipality, visits=tuple(visits))
    sheet, _ = make_sheet(town)
    assert (sheet.visits[1].from_s, sheet.visits[1].to_s) == (26_400, 27_600)


def test_an_address_on_a_phone_opens_the_sheets_own_map(make_sheet):
    """No other map is asked, since an address there would tell who is visited."""
    sheet, town = make_sheet()
    lived = tuple(replace(stop, address="Rosvägen 1") for stop in sheet.visits)
    page = phone_html(replace(sheet, stops=lived), town.network, stamp="p")
    assert page.count('<a href="#map">Rosvägen 1</a>') == len(lived)
    assert set(re.findall(r'href="([^"]*)"', page)) == {"#map"}
    assert page.count('id="map"') == 1


def test_pdf_tells_every_stop_once(tmp_path, make_sheet):
    sheet, town = make_sheet(phone_on_delay=("k03",))
    write_sheet_pdf(tmp_path / "s.pdf", sheet, town.network, stamp="Plan p · d · x")
    content = (tmp_path / "s.pdf").read_bytes()
    text = "\n".join(pdf_text(content))
    for stop in sheet.visits:
        assert len(re.findall(rf"Brukare {stop.client_id}\b", text)) == 1
    assert text.count("RING vid försening") == 1
    assert "© OpenStreetMap contributors" in text
    assert "Plan p · d · x" in text
    assert "1 besök med skyddade" in text


def test_pdf_of_45_stops_repeats_its_header_and_counts_its_pages(tmp_path, make_sheet):
    """I8: nothing cut, header on every page, page x of y."""
    sheet, town = make_sheet()
    long = tuple(
        replace(sheet.visits[i % 9], number=i + 1, client_id=f"klient-{i + 1:02d}")
        for i in range(45)
    )
    write_sheet_pdf(tmp_path / "s.pdf", replace(sheet, stops=long), town.network, stamp="p")
    pages = pdf_text((tmp_path / "s.pdf").read_bytes())
    assert len(pages) >= 2
    for number, page in enumerate(pages, 1):
        assert "Väg dit och att veta" in page
        assert f"Sida {number}/{len(pages)}" in page
    whole = "\n".join(pages)
    assert all(whole.count(f"klient-{i + 1:02d}") == 1 for i in range(45))


def test_pdf_is_the_same_every_time_and_tells_nothing_of_the_machine(tmp_path, make_sheet):
    """D4, F14: no clock, no user, no path."""
    sheet, town = make_sheet()
    for name in ("a.pdf", "b.pdf"):
        write_sheet_pdf(tmp_path / name, sheet, town.network, stamp="p")
    first = (tmp_path / "a.pdf").read_bytes()
    assert first == (tmp_path / "b.pdf").read_bytes()
    told = PdfReader(io.BytesIO(first)).metadata
    assert told["/Author"] == "Hemrunda"
    assert told["/Title"] == "Rundblad"


def test_a_row_never_outgrows_the_page(tmp_path):
    """F6: an id of 10 000 letters becomes lines with an ellipsis."""
    paper = Paper("t", "h", "s", "f", "Sida")
    paper.table(["a"], [["x" * 10_000], ["last"]], [120.0])
    assert "last" in "\n".join(pdf_text(paper.pdf()))
    assert wrapped("x" * 10_000, 100.0, 9)[-1] == "…"


def test_phone_page_needs_no_script_and_links_to_nothing(make_sheet):
    """I10, G1: its one script is our own and holds nothing of the user's; all stands without it."""
    sheet, town = make_sheet()
    page = phone_html(sheet, town.network, stamp="Plan p")
    assert page.count("<script") == 1
    assert f"<script>{asset('sheet_clock.js')}</script>" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count('<li class="visit" ') == 9


def test_gpx_is_read_back_by_gpxpy(tmp_path, make_town):
    """The stops in order, and a way that keeps to where the stops are."""
    town = make_town()
    paths = write_staff_sheets(
        tmp_path, municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
        plan_id="p", staff_id="s1",
    )  # fmt: skip
    gpx = gpxpy.parse(paths[2].read_text(encoding="utf-8"))
    assert [point.name for point in gpx.waypoints] == [
        f"{n}. {one}" for n, one in enumerate((f"k{i:02d}" for i in range(10) if i != 7), 1)
    ]
    points = [p for track in gpx.tracks for segment in track.segments for p in segment.points]
    assert len(points) > 10
    assert all(58.0 < p.latitude < 59.5 and 15.0 < p.longitude < 16.5 for p in points)


def test_calendar_is_read_back_by_icalendar(tmp_path, make_town):
    """A visit stands at its planned start and as long as it is, on Swedish clocks."""
    town = make_town()
    paths = write_staff_sheets(
        tmp_path, municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
        plan_id="p", staff_id="s1",
    )  # fmt: skip
    read = icalendar.Calendar.from_ical(paths[3].read_bytes())
    events = list(read.walk("VEVENT"))
    first = next(event for event in events if "k00" in event["SUMMARY"])
    begins = first.decoded("DTSTART").astimezone(ZoneInfo("Europe/Stockholm"))
    row = next(r for r in town.round_plan.rows if r.client_id == "k00")
    assert (begins.date(), begins.hour, begins.minute) == (
        town.day, row.start_s // 3600, row.start_s % 3600 // 60,
    )  # fmt: skip
    assert first.decoded("DTEND") - first.decoded("DTSTART") == dt.timedelta(
        seconds=row.end_s - row.start_s
    )
    assert "ankomst 07:00–07:30" in str(first["DESCRIPTION"])
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_arrival_length_and_end_are_three_things_and_the_partner_has_a_name(make_sheet, make_town):
    """FA-01: when to expect her, how long, about when it is over; whom to meet, and where."""
    town = make_town()
    rows = [r for r in town.round_plan.rows if r.round_id == ROUND and r.kind == "visit"]
    pair, alone = rows[0], rows[1]
    visits = tuple(
        replace(v, carers_required=2) if v.visit_id == pair.visit_id else v
        for v in town.municipality.visits
    )
    other = replace(pair, staff_id="s2", round_id="2026-03-02-day-s2", carer_no=2)
    town.municipality = replace(town.municipality, visits=visits)
    town.round_plan = replace(town.round_plan, rows=(*town.round_plan.rows, other))
    sheet, _ = make_sheet(town)
    words = texts("sv")
    by_client = {stop.client_id: stop for stop in sheet.visits}
    one, two = by_client[pair.client_id], by_client[alone.client_id]
    assert one.partners == ("s2",)
    assert "ni är två: möt s2 vid dörren" in notes(one, words)
    assert two.partners == ()
    done = round(two.end_s / 300) * 300
    assert length(two, words) == (
        f"{two.minutes} min · klar ca {done // 3600:02d}:{done % 3600 // 60:02d}"
    )
    assert times(two, words).startswith("ankomst ")
    mine = replace(two, tier="contact", is_same_door=True, address="Storgatan 1")
    assert what(mine, words).startswith("● ")
    assert where(mine, words) == "samma adress"
    assert "omsorgskontakt" in key_line(replace(sheet, stops=(mine,)), words)
    assert key_line(replace(sheet, stops=(replace(two, tier="team"),)), words) == ""
    late = replace(sheet, planner_phone="samordnaren, 0346-1 <b>")
    assert any("ring samordnaren, 0346-1 <b>" in line for line in closing(late, words))
    assert "0346-1 &lt;b&gt;" in phone_html(late, town.network, stamp="p")
    assert not any("Blir du sen" in line for line in closing(sheet, words))


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(dt.date(2026, 3, 28), 7), (dt.date(2026, 3, 29), 6), (dt.date(2026, 10, 25), 7)],
)  # fmt: skip
def test_calendar_knows_summer_time(day, utc_hour):
    """C3: eight o'clock in Sweden is seven in winter, six in summer."""
    content = calendar([Event(day, 8 * 3600, 9 * 3600, "x")], name="n", stamp_day=day)
    event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    assert event.decoded("DTSTART").hour == utc_hour


@given(st.text(max_size=300))
def test_any_text_survives_the_calendar(text):
    """F10: no line can be added, none is longer than 75 octets, letters are whole."""
    event = Event(dt.date(2026, 3, 2), 0, 1800, text, f"{text}\nATTENDEE:x", text)
    content = calendar([event], name=text, stamp_day=dt.date(2026, 3, 2))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    read = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    assert set(read) <= {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION",
                         "LOCATION", "CLASS"}  # fmt: skip
    expected = "\n".join(visible(line) for line in text.split("\n"))
    assert str(read["SUMMARY"]) == expected


@given(st.text(max_size=80))
def test_slugs_are_safe_file_names(text):
    """F11: no separators, no dots, no device names, never empty."""
    made = slug(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,63}", made)
    assert made.lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_next_visits_by_the_contact(make_town):
    """NO-28: only the contact's visits, and none for protected clients."""
    town = make_town()
    visits = next_contact_visits(town.municipality, town.team_plan, town.round_plan, "k01")
    assert [event.day for event in visits] == [town.day]
    assert "k01" in visits[0].summary
    assert next_contact_visits(town.municipality, town.team_plan, town.round_plan, "k07") == ()
    assert next_contact_visits(town.municipality, town.team_plan, town.round_plan, "k00") == ()


def test_hostile_ids_are_inert_in_every_sheet(tmp_path, make_town):
    """F9, F10, F13: markup, CDATA ends, line breaks and file addresses are letters."""
    wild = (
        "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>", "<img src='file:///etc/passwd'/>",
        "a\r\nATTENDEE:mailto:x@example.org", "&amp;&#0;", "\ud800lone", "\u202eback",
    )  # fmt: skip
    town = make_town((*wild, *(f"k{i}" for i in range(24 - len(wild)))))
    paths = write_staff_sheets(
        tmp_path, municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
        plan_id="</p><script>", staff_id="s1",
    )  # fmt: skip
    text = "".join(pdf_text(paths[0].read_bytes())).replace("\n", "")
    assert "file:///etc/passwd" in text
    page = paths[1].read_text(encoding="utf-8")
    assert "<img" not in page
    assert page.count("<script") == 1  # our own clock
    names = [p.find("{*}name").text for p in ET.parse(paths[2]).getroot().findall("{*}wpt")]
    assert names[:2] == [f"1. {wild[0]}", f"2. {wild[1]}"]
    read = icalendar.Calendar.from_ical(paths[3].read_bytes())
    assert not any("ATTENDEE" in event for event in read.walk("VEVENT"))


def test_pictures_stay_inside_their_frame(make_sheet):
    """A map on paper may not cover the list: every stop lies within the frame."""
    from maps.paper.sheet_picture import sheet_picture

    sheet, town = make_sheet()
    picture = sheet_picture(sheet, town.network, 500.0, 260.0)
    assert len(picture.discs) == 10
    at = np.array([(disc.x, disc.y) for disc in picture.discs])
    assert (at > 0).all()
    assert (at < [500.0, 260.0]).all()
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + 99 * np.eye(len(at))
    assert apart.min() > 3


def test_who_walks_along_has_her_tutors_sheets(tmp_path, make_town):
    """MA-41: the same four files in her name; alone where she alone is asked for."""
    town = make_town()
    staff = (*town.municipality.staff, Staff("n1"))
    matters = (Matter("introduction", town.day, staff_id="n1", tutor_id="s1"),)
    municipality = replace(town.municipality, staff=staff, matters=matters)

    def written(folder, **more):
        return write_staff_sheets(
            tmp_path / folder, municipality=municipality, team_plan=town.team_plan,
            round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
            plan_id="p", **more,
        )  # fmt: skip

    names = [path.stem for path in written("alla") if path.suffix == ".gpx"]
    assert sum(name.endswith("-n1") for name in names) == 1
    mine = written("hennes", staff_id="n1")
    assert [path.suffix for path in mine] == [".pdf", ".html", ".gpx", ".ics"]
    tutor = written("handledarens", staff_id="s1")
    assert mine[2].read_bytes() == tutor[2].read_bytes()


def test_the_tables_say_who_wants_a_call(tmp_path, make_town):
    """MA-28: nobody has to be named on the command line; the sheet tells of k00."""
    town = make_town()
    clients = tuple(
        replace(c, phone_on_delay=c.client_id == "k00") for c in town.municipality.clients
    )
    both = []
    for municipality in (town.municipality, replace(town.municipality, clients=clients)):
        paths = write_staff_sheets(
            tmp_path / str(len(both)), municipality=municipality, team_plan=town.team_plan,
            round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
            plan_id="p", staff_id="s1",
        )  # fmt: skip
        both.append(paths[1].read_text(encoding="utf-8"))
    note = texts("sv")["note_phone"]
    assert [page.count(note) for page in both] == [0, 1]


def test_a_team_sheet_tells_what_changed_and_hides_who_is_protected(make_town, tmp_path):
    """LU-08: the team's clients about when, no minutes and no address; k07 is protected."""
    town = make_town()
    changes = [
        {"change": "annan personal", "date": "2026-03-02", "client_id": who,
         "staff_before": "s2", "staff_after": "s1", "start_before": "07:41", "start_after": "07:10"}
        for who in ("k03", "k07", "k15")
    ]  # fmt: skip
    path = tmp_path / "lag.html"
    write_team_sheet(
        path, municipality=town.municipality, team_plan=town.team_plan, changes=changes,
        round_plan=town.round_plan, team_id="T1", day=town.day, plan_id=town.plan_id,
    )  # fmt: skip
    page = path.read_text("utf-8")
    made = {r.client_id for r in town.round_plan.rows if r.kind == "visit" and r.date == town.day}
    mine = made & set(town.team_plan.teams[0].client_ids)
    assert mine > {"k07"}
    for who in mine - {"k07"}:
        assert who in page
    assert not any(who in page for who in {"k07", *town.team_plan.teams[1].client_ids})
    assert "Ändrat sedan förra planen" in page
    assert "annan personal" in page
    planned = {r.start_s for r in town.round_plan.rows if r.kind == "visit"}
    odd = [f"{s // 3600:02d}:{s % 3600 // 60:02d}" for s in planned if s % 900]
    assert odd
    assert not any(f">{at}" in page or f"{at}–" in page for at in odd)
    write_team_sheet(
        path, municipality=town.municipality, team_plan=town.team_plan, round_plan=town.round_plan,
        team_id="T1", day=town.day + dt.timedelta(9), plan_id=town.plan_id,
    )  # fmt: skip
    assert "Ingen runda den dagen" in path.read_text("utf-8")


def test_a_leg_tells_how_far_and_a_fixed_time_that_it_is(make_sheet, make_town):
    """FA-11: metres beside the minutes, to the nearest fifty; what has a narrow window says so."""
    words = texts("sv")
    sheet, _ = make_sheet()
    told = [leg_text(stop, words) for stop in sheet.visits if stop.travel_s]
    ways = [stop for stop in sheet.visits if stop.travel_s and len(stop.path) > 1]
    assert ways
    for stop in ways:
        along = sum(
            float(np.hypot(*(stop.path[i + 1] - stop.path[i]))) for i in range(len(stop.path) - 1)
        )
        assert abs(stop.metres - along) <= 25
        assert stop.metres % 50 == 0
        if stop.metres:
            assert re.search(r"\d min \((\d+ m|\d+,\d km)\)", leg_text(stop, words))
    assert any(" m)" in text or " km)" in text for text in told)
    town = make_town()
    visits = list(town.municipality.visits)
    visits[1] = replace(visits[1], earliest_s=26_400, latest_s=27_600)
    town.municipality = replace(town.municipality, visits=tuple(visits))
    bound = {
        s.client_id: words["note_bound"] in notes(s, words) for s in make_sheet(town)[0].visits
    }
    assert [who for who, is_so in bound.items() if is_so] == ["k01"]


@pytest.fixture
def furnished(make_town):
    """The town with floors, flats, codes, keys and a delegation; two visits at the last address."""
    town = make_town()
    clients = [
        replace(
            client, floor="2", flat=f"12{i:02d}", door_code=f"77{i:02d}K", physical_key=i in (0, 3)
        )
        for i, client in enumerate(town.municipality.clients)
    ]
    clients[9] = replace(clients[9], x=clients[8].x, y=clients[8].y)
    visits = [
        replace(visit, skills=frozenset({"läkemedel", "erfarenhet 2"} if i == 2 else ()))
        for i, visit in enumerate(town.municipality.visits)
    ]
    town.municipality = replace(town.municipality, clients=tuple(clients), visits=tuple(visits))
    return town


def test_a_sheet_tells_floor_flat_key_and_delegation_on_paper_and_phone(
    make_sheet, furnished, tmp_path
):
    """FA-11: what stands between her and the visit; her own paper and phone alone."""
    sheet, town = make_sheet(furnished)
    write_sheet_pdf(tmp_path / "s.pdf", sheet, town.network, stamp="p")
    paper = " ".join("\n".join(pdf_text((tmp_path / "s.pdf").read_bytes())).split())
    page = phone_html(sheet, town.network, stamp="p")
    for text in (paper, page):
        assert text.count("kräver läkemedel") == 1
        assert "erfarenhet" not in text
        assert "Ta med nyckel: k00, k03" in text
        assert len(re.findall(r"våning 2, lgh 12\d\d", text)) == len(sheet.visits)
        assert text.count("2 besök här") == 1
    write_staff_sheets(
        tmp_path / "blad", municipality=town.municipality, team_plan=town.team_plan,
        round_plan=town.round_plan, network=town.network, leg_path=town.leg_path, day=town.day,
        plan_id="p",
    )  # fmt: skip
    for other in [*(tmp_path / "blad").glob("*.ics"), *(tmp_path / "blad").glob("*.gpx")]:
        assert "lgh" not in other.read_text(encoding="utf-8")
        assert "läkemedel" not in other.read_text(encoding="utf-8")


def test_codes_of_doors_stand_in_sealed_pages_alone(make_sheet, furnished, tmp_path):
    """No open file of any kind holds one; the page inside the seal has her own clients' only."""
    pytest.importorskip("cryptography", reason="the extra 'sealed' is not installed")
    _, town = make_sheet(furnished)
    codes = [client.door_code for client in town.municipality.clients]
    given = {
        "municipality": town.municipality, "team_plan": town.team_plan,
        "round_plan": town.round_plan, "network": town.network, "leg_path": town.leg_path,
        "day": town.day, "plan_id": "p",
    }  # fmt: skip
    sealed: list[str] = []
    from maps.files import sealed as seals

    whole = seals._sealed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            seals, "_sealed", lambda text, phrase: (sealed.append(text), whole(text, phrase))[1]
        )
        write_staff_sheets(tmp_path / "locked", **given, passphrase="tre små grisar gick ut")
    write_staff_sheets(tmp_path / "open", **given)
    assert len(sealed) == 2
    own = [client.door_code for client in town.municipality.clients[:10] if not client.protected]
    assert [code for code in codes if f"portkod {code}" in sealed[0]] == own
    written = [*tmp_path.rglob("*.*")]
    assert len(written) >= 16
    for path in written:
        content = path.read_bytes()
        if path.suffix == ".pdf":
            content = "\n".join(pdf_text(content)).encode()
        assert not [code for code in codes if code.encode() in content], path.name
    assert not [code for code in codes if code in repr(town.municipality.clients)]


def test_visits_of_one_address_stand_together(make_sheet, furnished):
    """The way and the address once; each visit with its own times and its own door."""
    sheet, town = make_sheet(furnished)
    assert [len(stops) for stops in sheet.places if stops[0].kind == "visit"] == [1] * 7 + [2]
    page = phone_html(sheet, town.network, stamp="p")
    assert page.count('<li class="place">') == 1
    inside = page.split('<li class="place">')[1].split("</ol>")[0]
    assert re.findall(r"Brukare (k\d\d)", inside) == ["k08", "k09"]
    assert inside.count("lgh 12") == 2


def test_what_to_do_when_late_is_the_settings_own(make_sheet):
    sheet, _ = make_sheet()
    words = texts("sv")
    advice = replace(sheet, late_advice="Gå vidare, vi ringer.")
    assert "Blir du sen: Gå vidare, vi ringer." in closing(advice, words)
    both = replace(advice, planner_phone="planeraren, 1-2")
    assert "Blir du sen: ring planeraren, 1-2. Gå vidare, vi ringer." in closing(both, words)
    usual = replace(sheet, planner_phone="planeraren, 1-2")
    assert "Blir du sen: ring planeraren, 1-2. Det som inte hinns läggs om." in closing(
        usual, words
    )
