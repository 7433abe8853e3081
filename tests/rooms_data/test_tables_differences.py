"""Two exports compared (A21, NO-03), and old outputs deleted (G12)."""

import dataclasses
import json
import os

import pytest

from data.errors import SettingsError
from data.store import file_hash, renewing
from data.store.retention import old_outputs, purge
from data.tables import read_input
from data.tables.out.differences import consequences, differences, write_differences


@pytest.fixture
def old(tables, write_folder):
    return read_input(write_folder(tables)).municipality


def changed(municipality, table, **by_id):
    """The municipality with rows of one table changed, or left out where None."""
    rows = []
    for row in getattr(municipality, table):
        key = getattr(
            row, {"clients": "client_id", "visits": "visit_id", "staff": "staff_id"}[table]
        )
        change = by_id.get(key, {})
        if change is not None:
            rows.append(dataclasses.replace(row, **change))
    return dataclasses.replace(municipality, **{table: tuple(rows)})


def test_the_same_file_twice_has_no_difference(old, tables, write_folder):
    # A21: importing once more, rows in another order.
    for rows in tables.values():
        rows[1:] = reversed(rows[1:])
    again = read_input(write_folder(tables, name="igen")).municipality
    assert differences(old, again) == ()


def test_each_kind_of_change(old):
    new = changed(old, "clients", B01=None, B02={"x": 600_500.0}, B03={"pets": True})
    new = changed(new, "visits", V01=None, V02={"duration_s": 5400}, V03={"wished_s": 66_000})
    new = changed(new, "staff", P02=None)
    found = {(c.table, c.kind, c.item_id): c for c in differences(old, new)}
    assert set(found) == {
        ("clients", "ended", "B01"), ("clients", "moved", "B02"), ("clients", "changed", "B03"),
        ("visits", "ended", "V01"), ("visits", "changed", "V02"), ("visits", "changed", "V03"),
        ("staff", "ended", "P02"),
    }  # fmt: skip
    assert found["visits", "ended", "V01"].minutes_week == -7 * 35
    assert found["visits", "changed", "V02"].minutes_week == 10
    assert found["visits", "changed", "V03"].columns == ("wished_s",)
    told = consequences(differences(old, new), {"B03": "P02"})
    assert "Lag 1: −235 insatsminuter i veckan." in told
    assert any("1 brukare finns inte längre (Lag 1: 1)" in text for text in told)
    assert any("1 brukare mister sin kontakt" in text for text in told)


def test_there_and_back_is_the_opposite(old):
    # Metamorphic: what is new one way is gone the other way, minutes with the sign turned.
    new = changed(old, "visits", V01=None, V02={"duration_s": 5400})
    there, back = differences(old, new), differences(new, old)
    turned = {"new": "ended", "ended": "new"}
    assert [(turned.get(c.kind, c.kind), -c.minutes_week) for c in there] == [
        (c.kind, c.minutes_week) for c in back
    ]


def test_written_differences_hold_no_values(old, tmp_path):
    new = changed(old, "clients", B02={"x": 612_345.0, "language": "finska"})
    write_differences(tmp_path / "skillnad.csv", differences(old, new))
    text = (tmp_path / "skillnad.csv").read_text(encoding="utf-8-sig")
    assert "Brukare;ändrad;B02;Lag 1;Språk;0" in text
    assert "finska" not in text
    assert "612345" not in text


def _output(folder, age_days, now):
    """A run's files beside the planner's own, one of ours since changed, all of one age."""
    with renewing(folder, {"seed": 1}) as staged:
        (staged / "maps").mkdir()
        for name in ("rounds.csv", "teams.csv", "maps/teams.html"):
            (staged / name).write_text("a", encoding="utf-8")
    (folder / "mina anteckningar.docx").write_text("c", encoding="utf-8")
    (folder / "maps" / "min karta.html").write_text("d", encoding="utf-8")
    for path in folder.rglob("*"):
        os.utime(path, (now - age_days * 86_400,) * 2)


def test_purge_deletes_old_outputs_and_nothing_else(tmp_path):
    # G12: what the planner put in the same folders, or changed, stays.
    now = 1_800_000_000.0
    _output(tmp_path / "gammal", 40, now)
    _output(tmp_path / "ny", 3, now)
    _output(tmp_path / "framtid", -400, now)
    for name in (".tmp-hemrunda-abc.csv", ".tmp-annans.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
        os.utime(tmp_path / name, (now - 86_400 * 31,) * 2)
    planned = old_outputs(tmp_path, 30, now=now)
    assert purge(tmp_path, 30, now=now) == planned
    assert {old.path.name for old in planned} == {
        "manifest.json", "rounds.csv", "teams.csv", "teams.html", ".tmp-hemrunda-abc.csv",
    }  # fmt: skip
    left = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert {p for p in left if p.startswith("gammal") and "lock" not in p} == {
        "gammal/mina anteckningar.docx", "gammal/maps/min karta.html",
    }  # fmt: skip
    assert {"ny/rounds.csv", "framtid/rounds.csv", ".tmp-annans.csv"} <= left
    assert purge(tmp_path, 30, now=now) == []


def test_purge_leaves_what_was_changed_and_keeps_its_manifest(tmp_path):
    """G12: a file that somebody has written on is theirs; what lists it stays with it."""
    now = 1_800_000_000.0
    _output(tmp_path, 40, now)
    (tmp_path / "teams.csv").write_text("mine", encoding="utf-8")
    os.utime(tmp_path / "teams.csv", (now - 86_400 * 40,) * 2)
    names = {old.path.name for old in purge(tmp_path, 30, now=now)}
    assert names == {"rounds.csv", "teams.html"}
    assert (tmp_path / "manifest.json").exists()


def test_a_manifest_of_somebody_else_leads_nowhere(tmp_path):
    """Any program may call a file manifest.json, and any manifest may name any path."""
    (tmp_path / "rounds.csv").write_text("mine", encoding="utf-8")
    digest = file_hash(tmp_path / "rounds.csv")
    (tmp_path / "inne").mkdir()
    for place, text in (
        (tmp_path, "[1]"),
        (tmp_path, json.dumps({"files": {"rounds.csv": digest}})),
        (tmp_path / "inne", json.dumps({"files": {"../rounds.csv": digest}})),
    ):
        (place / "manifest.json").write_text(text, encoding="utf-8")
        assert purge(tmp_path, 0) == []
    with renewing(tmp_path / "vår", {}) as staged:
        (staged / "a.csv").write_text("a", encoding="utf-8")
    (tmp_path / "vår" / "a.csv").unlink()
    (tmp_path / "vår" / "a.csv").symlink_to(tmp_path / "rounds.csv")
    purge(tmp_path, 0)
    assert (tmp_path / "rounds.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("name", "days"), [(".", -1), ("finns ej", 3)])
def test_purge_refuses_nonsense(tmp_path, name, days):
    with pytest.raises(SettingsError):
        purge(tmp_path / name, days)
