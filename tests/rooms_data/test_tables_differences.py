"""Two exports compared (A21, NO-03), and old outputs deleted (G12)."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from data.errors import SettingsError
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
    assert "Lag 1: -235 insatsminuter i veckan." in told
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
    folder.mkdir(parents=True)
    files = {"manifest.json": json.dumps({"files": {}}), "rounds.csv": "a", "maps/teams.html": "b",
             "mina anteckningar.docx": "c", "brukare.xlsx": "d"}  # fmt: skip
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (now - age_days * 86_400,) * 2)


def test_purge_deletes_old_outputs_and_nothing_else(tmp_path):
    # G12: the planner's own files in the same folder stay.
    now = 1_800_000_000.0
    _output(tmp_path / "gammal", 40, now)
    _output(tmp_path / "ny", 3, now)
    stray = tmp_path / ".tmp-abc.csv"
    stray.write_text("x", encoding="utf-8")
    os.utime(stray, (now - 86_400 * 31,) * 2)
    planned = old_outputs(tmp_path, 30, now=now)
    assert purge(tmp_path, 30, now=now) == planned
    assert {old.path.name for old in planned} == {
        "manifest.json", "rounds.csv", "teams.html", ".tmp-abc.csv",
    }  # fmt: skip
    left = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert {p for p in left if p.startswith("gammal")} == {
        str(Path("gammal", "mina anteckningar.docx")), str(Path("gammal", "brukare.xlsx")),
    }  # fmt: skip
    assert sum(p.startswith("ny") for p in left) == 5
    assert purge(tmp_path, 30, now=now) == []


def test_a_folder_without_our_manifest_is_left_alone(tmp_path):
    (tmp_path / "rounds.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "manifest.json").write_text("[1]", encoding="utf-8")
    assert purge(tmp_path, 0) == []


@pytest.mark.parametrize(("name", "days"), [(".", -1), ("finns ej", 3)])
def test_purge_refuses_nonsense(tmp_path, name, days):
    with pytest.raises(SettingsError):
        purge(tmp_path / name, days)
