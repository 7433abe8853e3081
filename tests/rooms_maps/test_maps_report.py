"""Report, cards, binder page and continuity: what board, union, client and binder get to see."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

import maps
from data.care.shortfalls import Shortfall
from data.errors import SettingsError
from data.plans import DivisionFigures
from maps.common.audiences import Council, Manager
from maps.common.html_parts import number
from maps.reports.division_report import _of_same_team
from maps.reports.index_page import IndexFacts, write_index
from maps.screen.continuity_view import continuity_view

MEASURES = {
    "municipality": {
        "n_clients": 24,
        "planned": {"planned_pct": 98.5, "n_unplanned": 3},
        "continuity": {"distinct_carers_mean": 7.5},
        "hours": {"client_time_pct": 66.0},
        "load": {"quarters": ["07:00", "07:15"], "at_clients": [1.0, 2.0],
                 "on_the_way": [1.0, 0.0], "on_duty": [3.0, 3.0]},
    },
    "teams": {"T1": {"hours": {"client_time_pct": 61.0}}},
}  # fmt: skip
BEFORE = {"municipality": {"continuity": {"distinct_carers_mean": 14.9}, "planned": {}}}


@pytest.fixture
def report(tmp_path, make_town):
    def write(kind="html", town=None, **more):
        town = town or make_town()
        path = tmp_path / f"report.{kind}"
        maps.write_report(
            path, municipality=town.municipality, team_plan=town.team_plan, network=town.network,
            team_table=town.team_table,
            **{"measures": MEASURES, "profile": "council", "plan_id": "p", "date": "d", **more},
        )  # fmt: skip
        if kind == "html":
            return path.read_text(encoding="utf-8")
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)

    return write


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_report_tells_before_now_and_change(report, kind):
    """FA-21: the same figures on page and paper, with what became better."""
    text = re.sub(r"<[^>]+>", " ", report(kind, before=BEFORE))
    for told in ("14,9", "7,5", "−7,4 (bättre)", "98,5", "Så räknas måtten"):
        assert told in text
    assert "© OpenStreetMap contributors" in text


@pytest.mark.parametrize("profile", ["council", "anonymous"])
def test_shared_report_names_nobody(report, profile):
    """NO-27, G7: no client, no carer; moves of fewer than five clients are only counted."""
    text = report(profile=profile)
    assert not re.search(r"\bk\d\d\b", text)
    assert not re.search(r"\bs[12]\b", text)


def test_the_first_page_is_what_is_decided(report, make_town):
    """Title with what and when, five figures with target, ceiling and arrow, people, minutes."""
    dates = (dt.date(2026, 3, 2), dt.date(2026, 3, 15))
    town_wide = {
        **MEASURES["municipality"],
        "planned": {"planned_pct": 98.5, "n_unplanned": 7, "n_unplanned_by_priority": {"1": 4}},
        "who": {"tier_pct": {"contact": 20.0}, "contact_ceiling_pct": 44.0,
                "contact_target_pct": 25},
        "hours": {"client_time_pct": 66.0, "travel_pct": 13.1, "band_pct": [65, 70]},
    }  # fmt: skip
    cause = Shortfall("mån–fre kl 07–09: ett pass för lite i T1", "ett pass till", (), 4)
    text = report(
        profile="manager", measures={"municipality": town_wide, "teams": {}}, dates=dates,
        causes=[cause], division=replace(SUMS, travel_min_week=14_000.0), division_before=SUMS,
    )  # fmt: skip
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<h1>") :]))
    first = told[: told.index("Arbetslagskarta")]
    assert "Provköping 2026-03-02 – 2026-03-15" in first
    assert "Besök planerade, % 98,5 100 ↑" in first
    assert "Besök av fast omsorgskontakt, % 20,0 25 ↑ 44,0" in first
    assert "Brukartid, % 66,0 65–70 Resor" in first, "what is in its band has no arrow"
    assert "4 besök som måste göras har ingen medarbetare. Därutöver är 3 andra" in first
    assert "ett pass för lite i T1 ett pass till 4" in first
    assert "Vinst: 887 minuter kortare restid" in first
    assert told.index("Samlat, lagens medel") > told.index("Så räknas måtten"), (
        "shape is an appendix"
    )
    assert "Polsby" not in told
    assert "Tröghetsmoment" not in told
    council = report(measures={"municipality": town_wide, "teams": {}}, causes=[cause])
    assert "ett pass för lite" not in council, "causes are for managers"


def test_small_moves_are_not_told_one_by_one(report, make_town):
    town = make_town()
    clients = tuple(
        replace(one, team_id="T2" if i in (1, 2) else town.team_plan.team_of_client[one.client_id])
        for i, one in enumerate(town.municipality.clients)
    )
    town.municipality = replace(town.municipality, clients=clients)
    assert "färre än fem brukare visas inte var för sig (färre än 5 brukare)" in report(town=town)
    assert "k01, k02" in report(town=town, profile="manager")


def test_new_contacts_are_counted(report, make_town):
    """LU-22: k01 had another contact; fewer than five are not told to outsiders."""
    town = make_town()
    clients = tuple(
        replace(one, contact_id="old" if i == 1 else town.team_plan.contact.get(one.client_id, ""))
        for i, one in enumerate(town.municipality.clients)
    )
    town.municipality = replace(town.municipality, clients=clients)
    had = sum(bool(one.contact_id) and not one.protected for one in clients)
    assert f"1 av {had} brukare som har" in report(town=town, profile="manager")
    assert f"färre än 5 av {had} brukare som har" in report(town=town)


def test_report_without_a_before_says_so(report, make_town):
    town = make_town()
    clients = tuple(replace(one, team_id="") for one in town.municipality.clients)
    town.municipality = replace(town.municipality, clients=clients)
    assert "Ingen tidigare indelning" in report(town=town)


def test_protected_clients_are_in_no_report(report):
    """C7: not even the manager's list of moves, which says that they are not counted."""
    text = report(profile="manager")
    assert "k07" not in text
    assert re.search(r"\d brukare med skyddade uppgifter räknas inte på den här sidan", text)
    assert "skyddade" not in report(profile="council")


def test_swedish_numbers():
    assert number(1234.56, 1) == "1\N{NO-BREAK SPACE}234,6"
    assert number(None, 1) == "–"


def test_continuity_counts_meetings(make_town):
    """MA-13: distinct carers, contact's share, tiers; protected clients only counted."""
    town = make_town()
    first, second = continuity_view(
        town.municipality, town.team_plan, town.round_plan, {"k01": 56.0}
    )
    assert first.n_protected == 1
    rows = {one.client_id: one for one in first.clients}
    assert "k07" not in rows
    assert (rows["k01"].n_visits, rows["k01"].n_carers) == (1, 1)
    assert (rows["k01"].contact_pct, rows["k01"].ceiling_pct) == (100.0, 56.0)
    assert rows["k01"].meetings[0].tier == "contact"
    assert rows["k10"].n_visits == 0
    assert rows["k10"].contact_pct is None
    assert {m.staff_id for one in second.clients for m in one.meetings} == {"s2"}


@pytest.mark.parametrize("profile", ["staff", "council", "anonymous"])
def test_continuity_is_for_managers(tmp_path, make_town, profile):
    """Requirements 2.1: staff are data subjects too."""
    town = make_town()
    with pytest.raises(SettingsError):
        maps.write_continuity(
            tmp_path / "c.html", municipality=town.municipality, team_plan=town.team_plan,
            round_plan=town.round_plan, profile=profile, plan_id="p",
        )  # fmt: skip
    assert not (tmp_path / "c.html").exists()


def test_card_tells_the_client_about_nobody_else(tmp_path, make_town):
    """MA-30: contact, vice and team of this client."""
    town = make_town()
    maps.write_contact_cards(
        tmp_path / "c.pdf", municipality=town.municipality, team_plan=town.team_plan,
        client_ids=["k01"], stamp="p",
    )  # fmt: skip
    text = PdfReader(tmp_path / "c.pdf").pages[0].extract_text()
    assert re.findall(r"\bk\d\d\b", text) == ["k01"]
    assert {"s1", "s2", "T1"} <= set(text.split())


def test_eight_cards_on_a_page_and_none_without_a_contact(tmp_path, make_town):
    """Two by four; who has no contact has no card, and a team of nobody with one says so."""
    town = make_town()
    ids = [i for i in town.ids if not town.municipality.client_by_id[i].protected][:17]
    lacking = ids[3]
    contact = {**dict.fromkeys(ids, "s1"), lacking: ""}
    plan = replace(town.team_plan, contact=contact)
    written = {"municipality": town.municipality, "team_plan": plan, "stamp": "p"}
    maps.write_contact_cards(tmp_path / "c.pdf", client_ids=ids, **written)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "c.pdf").pages]
    assert [page.count("Till dig") for page in pages] == [8, 8]
    assert lacking not in "".join(pages)
    with pytest.raises(SettingsError):
        maps.write_contact_cards(tmp_path / "d.pdf", client_ids=[lacking], **written)


def test_no_card_for_protected_or_unknown_clients(tmp_path, make_town):
    town = make_town()
    for wrong in ("k07", "nobody"):
        with pytest.raises(SettingsError):
            maps.write_contact_cards(
                tmp_path / "c.pdf", municipality=town.municipality, team_plan=town.team_plan,
                client_ids=["k01", wrong], stamp="p",
            )  # fmt: skip
    assert not (tmp_path / "c.pdf").exists()


def test_binder_page_lays_the_weeks_out(tmp_path, make_town):
    """MA-31: Monday to Sunday, own stops in order, protected only counted."""
    town = make_town()
    maps.write_binder_page(
        tmp_path / "b.pdf", municipality=town.municipality, round_plan=town.round_plan,
        staff_id="s1", stamp="p",
    )  # fmt: skip
    pages = PdfReader(io.BytesIO((tmp_path / "b.pdf").read_bytes())).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) == 1
    assert "måndag" in text
    assert "söndag" in text
    assert re.findall(r"\bk\d\d\b", text) == [f"k{i:02d}" for i in range(10) if i != 7]
    assert "+ 1 skyddade" in text


SUMS = DivisionFigures(2, 9, 15, 76.4, 2.96, 14_887.0, 0.61, 1)


def test_the_division_is_compared_where_only_the_table_tells_a_before(report, make_town):
    """A municipality has teams today, but no measured rounds: both are said."""
    town = make_town()
    clients = tuple(replace(one, team_id="T2") for one in town.municipality.clients)
    town.municipality = replace(town.municipality, clients=clients)
    text = report(
        town=town, division=replace(SUMS, travel_min_week=12_650.0), division_before=SUMS,
        care_before={"T2": 9000.0}, profile="manager",
    )  # fmt: skip
    told = re.sub(r"<[^>]+>", " ", text)
    assert "14\N{NO-BREAK SPACE}887" in told
    assert "−2\N{NO-BREAK SPACE}237 (bättre)" in told
    assert "Dagens rundor är inte mätta" in told
    assert "samma lag före" in told


@pytest.mark.parametrize(("profile", "is_told"), [("manager", True), ("council", False)])
def test_sizes_under_five_are_for_managers(report, profile, is_told):
    """G7: neither a size of before nor the change that would give it away."""
    text = report(profile=profile, division=SUMS, division_before=replace(SUMS, clients_least=4))
    assert (">4</td>" in text) == is_told
    assert ("+5</td>" in text) == is_told
    assert ("färre än 5</td>" in text) != is_told


def test_a_small_team_of_before_has_no_bar_for_others(make_town):
    """G7: four clients' care before is not told to a board, nor drawn."""
    was = {f"k{i:02d}": "old" if i < 4 else "T2" for i in range(12)}
    now = {client: "T1" if i < 6 else "T2" for i, client in enumerate(was)}
    care = {"old": 300.0, "T2": 700.0}
    assert _of_same_team(care, was, now, Manager()) == {"T1": 300.0, "T2": 700.0}
    assert _of_same_team(care, was, now, Council()) == {"T2": 700.0}


def test_another_plans_teams_and_contacts_are_the_before(report, make_town):
    """``--before`` outranks the clients' table."""
    town = make_town()
    was = {**town.team_plan.team_of_client, "k01": "T2", "k02": "T2"}
    text = report(town=town, profile="manager", teams_before=was, contacts_before={"k01": "s9"})
    assert "från T2: k01, k02" in text
    assert "1 av 1 brukare som har" in text


def test_a_long_list_of_files_is_folded_so_that_tables_are_seen(tmp_path):
    """Sixty sheets are one line to press; a few files are links at once."""
    sheets = [f"staff/2026-03-02-day-{i:03d}-P{i:04d}.pdf" for i in range(60)]
    names = [*sheets, "report.html", "rounds.xlsx"]
    write_index(tmp_path / "index.html", names, IndexFacts("Provköping", [], "p"))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    folded = page[page.index("<details>") : page.index("</details>")]
    assert "60 filer" in folded
    assert folded.count("<a href") == 60
    assert "rounds.xlsx" not in folded
    assert "report.html" not in folded


def test_a_page_of_load_says_whose_need_it_does_not_count(tmp_path):
    """Less the hidden clients' visits the staff would seem enough: the page says so first."""
    from maps.reports.load_page import write_load_page

    page = tmp_path / "load.html"
    told = []
    for n_hidden in (2, 0):
        write_load_page(page, [], place="P", mark="p", widen_min=30, n_hidden=n_hidden)
        told.append("skyddade uppgifter räknas inte" in page.read_text(encoding="utf-8"))
    assert told == [True, False]
