"""Mending a plan on the command line: what a planner does at a quarter to seven."""

import json
import shutil

import pytest

from data.tables import read_input
from data.tables.out.headings import read_shared

EXACT = "out/private/rounds.csv"


def rows_of(path):
    return read_shared(path.read_text(encoding="utf-8-sig"))


@pytest.fixture(scope="module")
def mended(small_run, run_cli, tmp_path_factory):
    """A carer ill and a client away on the second day, and a new visit."""
    visits = [r for r in rows_of(small_run / EXACT) if r["kind"] == "visit"]
    day = sorted({row["date"] for row in visits})[1]
    ill = next(row["staff_id"] for row in visits if row["date"] == day)
    away = next(r["client_id"] for r in visits if r["date"] == day and r["staff_id"] != ill)
    other = next(r["client_id"] for r in visits if r["client_id"] != away)
    folder = tmp_path_factory.mktemp("replan") / "ny"
    result = run_cli(
        "replan", "out", "--to", folder, "--from", day, "--sick", ill, "--away", away,
        "--new-visit", f"{other},lunch,30,11:00-13:00", "--map-days", "0", "--workers", "1",
        cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder, day, ill, away, other, result.stdout


def test_news_and_changes_are_on_the_screen_and_in_a_table(mended):
    """Who before, who now, how many minutes: the list to phone from."""
    folder, day, ill, away, other, shown = mended
    assert f"sjuk: {ill} {day}" in shown
    assert f"borta: {away}" in shown
    assert "ändringar" in shown
    changes = rows_of(folder / "private" / "changes.csv")
    assert {row["date"] for row in changes} == {day} | days_moved_to(changes)
    assert any(row["staff_before"] == ill and row["staff_after"] != ill for row in changes)
    assert any(row["change"] == "utgår" and row["client_id"] == away for row in changes)
    assert any(row["change"].startswith("nytt besök") for row in changes)
    assert {row["client_id"] for row in changes if row["change"].startswith("nytt")} == {other}


def days_moved_to(changes):
    """Days that a visit whose day is free has moved to: others may make room for it there."""
    moved = [row for row in changes if row["change"] == "annan dag"]
    assert all(row["date_before"] != row["date"] for row in moved)
    return {row["date"] for row in moved}


def test_home_again_has_the_same_carer_and_minute(mended, small_run, run_cli, tmp_path):
    """NO-11: the pause is over a day early; what rested is back where it stood, if that is free."""
    folder, day, _, away, *_ = mended
    assert (folder / "private" / "resting.csv").exists()
    result = run_cli(
        "replan", folder, "--to", tmp_path / "hem", "--from", day, "--home", away, "--map-days",
        "0", "--workers", "1", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert f"hemma igen: {away}" in result.stdout

    def hers(path):
        return {
            (r["visit_id"], r["carer_no"]): (r["staff_id"], r["start"], r["end"])
            for r in rows_of(path / "private" / "rounds.csv")
            if r["client_id"] == away and r["date"] == day
        }

    before, after = hers(small_run / "out"), hers(tmp_path / "hem")
    busy = [
        (r["staff_id"], r["start"], r["end"])
        for r in rows_of(folder / "private" / "rounds.csv")
        if r["date"] == day and r["kind"] in ("visit", "meeting", "handover")
    ]
    at_work = {who for who, *_ in busy}
    free = {
        key
        for key, (who, start, end) in before.items()
        if who in at_work and not any(w == who and s < end and start < e for w, s, e in busy)
    }
    assert free
    assert all(after[key][0] == before[key][0] for key in free)
    assert any(after[key] == before[key] for key in free)
    assert not (tmp_path / "hem" / "private" / "resting.csv").exists()


def test_the_other_days_are_the_same_row_for_row(mended, small_run):
    """Nobody notices outside that day and those that a visit of it was moved to."""
    folder, day, *_ = mended
    touched = {day} | days_moved_to(rows_of(folder / "private" / "changes.csv"))
    before, after = (rows_of(p / "private" / "rounds.csv") for p in (small_run / "out", folder))
    keep = [[r for r in rows if r["date"] not in touched] for rows in (before, after)]
    assert keep[0] == keep[1]
    assert keep[0]


def test_the_mended_plan_can_be_asked_about_like_any_other(mended, run_cli):
    """Its tables hold the news, so the checker proves it against what is true now."""
    folder, day, ill, *_ = mended
    result = run_cli("check-plan", folder, cwd=folder.parent)
    assert result.returncode == 0, result.stdout + result.stderr
    assert not [
        r
        for r in rows_of(folder / "private" / "rounds.csv")
        if (r["date"], r["staff_id"]) == (day, ill)
    ]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == "replan"
    assert manifest["n_news"] >= 3  # counted: who is ill or away is in the tables only
    assert ill not in json.dumps(manifest)
    assert "frigjort" not in json.dumps(manifest)  # whose hour a pause frees tells who is away


def test_mending_again_with_nothing_new_changes_nothing(mended, run_cli, tmp_path):
    """The news lie in the tables of the folder; a second run finds nothing to do."""
    folder, *_ = mended
    result = run_cli("replan", folder, "--to", tmp_path / "x", "--map-days", "0", "--json",
                     cwd=tmp_path)  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["n_changes"] == 0


@pytest.mark.parametrize(
    "options",
    [
        ["--sick", "finns-inte"],
        ["--away", "finns-inte"],
        ["--extra", "P0001,sju-tre"],
        ["--new-visit", "B0001,lunch,30"],
        ["--new-visit", "B0001,gräsklippning,30,11:00-13:00"],
        ["--from", "2031-01-01"],
    ],
)
def test_news_that_cannot_be_read_are_named_and_nothing_is_written(
    small_run, run_cli, tmp_path, options
):
    """A slip in an id must not become a plan without the news."""
    result = run_cli("replan", "out", "--to", tmp_path / "x", *options, cwd=small_run)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert options[1] in result.stderr or "Planen gäller" in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_plan_stopped_by_the_clock_is_made_again_from_its_folder(small_run, run_cli, tmp_path):
    """Two people who talk about a timed plan must be able to get the same one."""
    options = ["--map-days", "0", "--workers", "1"]
    first = run_cli("rounds", "out", "--to", tmp_path / "a", "--seconds", "1", "--seed", "3",
                    *options, cwd=small_run)  # fmt: skip
    assert first.returncode == 0, first.stderr
    again = run_cli("rounds", "out", "--to", tmp_path / "b", "--replay", tmp_path / "a",
                    *options, cwd=small_run)  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert "Samma plan som i a" in again.stderr
    for name in ("rounds.csv", "unplanned.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    (tmp_path / "a" / "manifest.json").write_text("{}", encoding="utf-8")
    refused = run_cli("rounds", "out", "--to", tmp_path / "c", "--replay", tmp_path / "a",
                      *options, cwd=small_run)  # fmt: skip
    assert refused.returncode != 0
    assert "säger inte hur" in refused.stderr


def test_a_visit_is_shortened_or_called_off_by_a_command(small_run, run_cli, tmp_path):
    """LU-12: by its id; what is written says so, is proved, and keeps what was ordered."""
    import shutil

    shutil.copytree(small_run / "out", tmp_path / "out")
    town = read_input(tmp_path / "out" / "indata.xlsx").municipality
    text = (tmp_path / "out" / "private" / "rounds.csv").read_text("utf-8-sig")
    made = [row for row in read_shared(text) if row["kind"] == "visit"]
    day = min(row["date"] for row in made)
    names = [
        row["visit_id"] for row in made
        if row["date"] == day and town.visit_by_id[row["visit_id"]].is_daily
        and town.visit_by_id[row["visit_id"]].carers_required == 1
        and not town.visit_by_id[row["visit_id"]].gap_after
    ]  # fmt: skip
    off, short = names[0], names[-1]
    minutes = town.visit_by_id[short].duration_s // 60 - 5
    result = run_cli(
        "mend", "out", "--out", "lagad", "--from", day, "--cancel", off, "--shorten",
        f"{short},{minutes}", "--map-days", "0", "--workers", "1", cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert f"avbokat: {off} {day}" in result.stdout
    assert f"förkortat: {short} {day} {minutes} min" in result.stdout
    after = read_shared((tmp_path / "lagad/private/rounds.csv").read_text("utf-8-sig"))
    that_day = {row["visit_id"]: row["staff_id"] for row in after if row["date"] == day}
    assert off not in that_day
    assert short not in that_day
    was = next(r["staff_id"] for r in made if r["date"] == day and r["visit_id"] == short)
    assert that_day[f"{short}-K1"] == was
    checked = run_cli("check", "lagad", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout
    kept = read_input(tmp_path / "lagad" / "indata.xlsx").municipality
    assert kept.visit_by_id[f"{short}-K1"].ordered_s == town.visit_by_id[short].duration_s
    assert kept.visit_by_id[off].pause_from.isoformat() == day


def test_one_sheet_for_a_whole_team(small_run, run_cli, tmp_path):
    """LU-08: who of the team's clients is visited by whom, that day."""
    rows = [r for r in rows_of(small_run / EXACT) if r["kind"] == "visit"]
    town = read_input(small_run / "out" / "indata.xlsx").municipality
    hidden = {one.client_id for one in town.clients if one.protected}
    text = (small_run / "out" / "clients.csv").read_text("utf-8-sig")
    team_of = {one["client_id"]: one["team_id"] for one in read_shared(text)}
    team_id, day = sorted(set(team_of.values()))[0], min(r["date"] for r in rows)
    result = run_cli(
        "write", "sheets", small_run / "out", "--team", team_id, "--day", day, "--out",
        tmp_path / "blad", cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    (path,) = (tmp_path / "blad").rglob("*-lag-*.html")
    page = path.read_text("utf-8")
    mine = {
        r["client_id"] for r in rows
        if r["date"] == day and team_of.get(r["client_id"]) == team_id
    } - hidden  # fmt: skip
    assert mine
    assert all(f">{who}<" in page for who in mine)
    assert not any(f">{who}<" in page for who, team in team_of.items() if team != team_id)
    # Without a place named it is kept apart where anybody is hidden, as whole rounds are.
    copy = tmp_path / "plan"
    shutil.copytree(small_run / "out", copy)
    again = run_cli("write", "sheets", copy, "--team", team_id, "--day", day, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    (kept,) = copy.rglob("*-lag-*.html")
    assert kept.parent.name == ("private" if hidden else "staff")
    assert hidden
    wrong = run_cli(
        "write",
        "sheets",
        small_run / "out",
        "--team",
        "X",
        "--out",
        tmp_path / "b",
        cwd=tmp_path,
    )
    assert wrong.returncode != 0
    assert team_id in wrong.stderr


def test_each_exception_from_the_contact_has_its_reason(small_run, run_cli, tmp_path):
    """MA-19, OR-12: all that is not daily is the contact's, or listed with why; a script agrees."""
    result = run_cli(
        "ask", "contacts", small_run / "out", "--exceptions", "--out", "undantag.csv", cwd=tmp_path
    )
    assert result.returncode == 0, result.stderr
    listed = read_shared((tmp_path / "undantag.csv").read_text("utf-8-sig"))
    town = read_input(small_run / "out" / "indata.xlsx").municipality
    hidden = {one.client_id for one in town.clients if one.protected}
    rows = [
        r for r in rows_of(small_run / EXACT)
        if r["kind"] == "visit" and r["client_id"] not in hidden
        and not town.visit_by_id[r["visit_id"]].is_daily
    ]  # fmt: skip
    hers = {(r["visit_id"], r["date"]) for r in rows if r["tier"] == "contact"}
    others = {(r["visit_id"], r["date"]) for r in rows} - hers
    assert others
    assert {(one["visit_id"], one["date"]) for one in listed} == others
    text = (small_run / "out" / "clients.csv").read_text("utf-8-sig")
    contact_of = {one["client_id"]: one["contact_id"] for one in read_shared(text)}
    at_work = {(s.staff_id, s.date.isoformat()) for s in town.roster if s.kind == "work"}
    for one in listed:
        contact = contact_of.get(one["client_id"], "")
        assert one["contact_id"] == contact
        if one["message"] == "ingen omsorgskontakt":
            assert not contact
        elif one["message"].startswith("kontakten arbetar ingen"):
            assert (contact, one["date"]) not in at_work
        elif one["message"].startswith("rymdes inte"):
            assert any(who == contact for who, _ in at_work)
    assert f"Inte dagligt och inte av kontakten: {len(others)} besök" in result.stdout


def test_somebody_new_today_gets_team_contact_and_visits(small_run, run_cli, tmp_path):
    """NO-01: by telephone after two o'clock, by a point or by an address; the plan is proved, and
    on other days, and in teams and contacts, everybody is as before."""
    from hemrunda.workfolder.inputs import load_streets

    visits = [r for r in rows_of(small_run / EXACT) if r["kind"] == "visit"]
    day = sorted({row["date"] for row in visits})[1]
    home = next(r for r in rows_of(small_run / "out" / "clients.csv") if r["x"])
    door = load_streets(small_run / "out" / "network").addresses[0]
    result = run_cli(
        "mend", "out", "--out", tmp_path / "ny", "--from", day, "--map-days", "0", "--workers", "1",
        "--new-client", f"B9001,{int(home['x']) + 3},{home['y']},nyckel",
        "--new-client", f"B9002,{door.street} {door.number}",
        "--new-visit", "B9001,morgon,30,07:30-10:30", "--new-visit", "B9001,kväll,20,17:00-20:30",
        "--new-visit", "B9002,inköp,30,09:00-14:00",
        cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert f"ny brukare: B9001 från {day}" in result.stdout
    assert door.street not in result.stdout
    made = [r for r in rows_of(tmp_path / "ny" / "private" / "rounds.csv") if r["kind"] == "visit"]
    hers = {r["visit_id"]: r["date"] for r in made if r["client_id"] in ("B9001", "B9002")}
    assert hers == {"B9001-N1": day, "B9001-N2": day, "B9002-N1": day}
    before = {(r["date"], r["visit_id"], r["carer_no"]): r["staff_id"] for r in visits}
    after = {(r["date"], r["visit_id"], r["carer_no"]): r["staff_id"] for r in made}
    assert {key[0] for key, who in before.items() if after.get(key) != who} <= {day}
    assert set(before) <= set(after)  # nobody is left out for her
    town = read_input(tmp_path / "ny" / "indata.xlsx").municipality
    new = {name: town.client_by_id[name] for name in ("B9001", "B9002")}
    assert new["B9001"].physical_key
    assert (new["B9001"].needs_contact, new["B9002"].needs_contact) == (True, False)
    assert str(new["B9001"].valid_from) == day
    teams = {r["client_id"]: r for r in rows_of(tmp_path / "ny" / "clients.csv")}
    for old in rows_of(small_run / "out" / "clients.csv"):
        assert teams[old["client_id"]]["contact_id"] == old["contact_id"]
    assert teams["B9001"]["team_id"] == teams[home["client_id"]]["team_id"]
    assert teams["B9001"]["contact_id"]
    proved = run_cli("check", "plan", tmp_path / "ny", cwd=tmp_path)
    assert proved.returncode == 0, proved.stdout


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("B9001", "skriv BRUKARE,E,N"),
        ("B0001,600000,6600000", "utanför gatunätet"),
        ("B9001,Påhittade stigen 999", "finns inte entydigt"),
    ],
)
def test_a_new_client_without_a_place_is_refused_and_no_address_is_told(
    small_run, run_cli, tmp_path, said, why
):
    """NO-01, C7: told by number, since the text may hold where somebody lives."""
    result = run_cli("mend", "out", "--out", tmp_path / "x", "--new-client", said, cwd=small_run)
    assert result.returncode == 2
    assert f"--new-client nr 1: {why}" in result.stderr or why in result.stderr
    assert "stigen" not in result.stderr
    assert not (tmp_path / "x").exists()
