"""Decisions that are made together stand together: all of them or none."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from data.care.turns import turns
from data.errors import SettingsError, StoreError
from hemrunda.workfolder.history import record_decisions

TURNS = turns("B0001", ("P0001", "P0002"), weeks=4, first=dt.date(2026, 3, 2), n_turns=3,
              decided_by="planerare", decided_on=dt.date(2026, 3, 1))  # fmt: skip


def rows_of(path):
    return path.read_text(encoding="utf-8-sig").splitlines()[1:]


def test_turns_are_written_at_once_and_added_to(tmp_path):
    """Six lines, in the order of the turns; the history has as many, and both only grow."""
    for n_times in (1, 2):
        record_decisions(tmp_path / "indata.xlsx", TURNS)
        for name in ("beslut.csv", "hemrunda-historik.csv"):
            assert len(rows_of(tmp_path / name)) == 6 * n_times
    carers = [[who for who in ("P0001", "P0002") if who in line]
              for line in rows_of(tmp_path / "beslut.csv")]  # fmt: skip
    assert carers == [["P0001"], ["P0002"], ["P0002"], ["P0001"], ["P0001"], ["P0002"]] * 2


def test_what_ends_before_it_begins_is_not_written(tmp_path):
    """It was written with a yes, and from then on no command could read the tables."""
    backwards = replace(TURNS[-1], valid_to=TURNS[-1].valid_from - dt.timedelta(1))
    with pytest.raises(SettingsError, match="ligger före dess första"):
        record_decisions(tmp_path / "indata.xlsx", (*TURNS[:-1], backwards))
    assert not list(tmp_path.glob("*.csv"))
    one_day = replace(backwards, valid_to=backwards.valid_from)
    record_decisions(tmp_path / "indata.xlsx", (one_day,))
    assert len(rows_of(tmp_path / "beslut.csv")) == 1


@pytest.mark.parametrize("nobody", ["", " "])
def test_what_nobody_has_decided_is_not_written(tmp_path, nobody):
    """MA-05: who, when, from and to; an empty name was written with a yes."""
    with pytest.raises(SettingsError, match="vem som beslutar"):
        record_decisions(
            tmp_path / "indata.xlsx", [replace(one, decided_by=nobody) for one in TURNS]
        )
    assert not list(tmp_path.glob("*.csv"))


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_failure_at_any_move_leaves_no_turn_alone(tmp_path, monkeypatch, nth):
    """A kill between two of them left a contact for four weeks and nobody after."""
    record_decisions(tmp_path / "indata.xlsx", TURNS[:2])
    real, calls = Path.replace, [0]

    def replace(path, target):
        calls[0] += 1
        if calls[0] == nth:
            raise OSError(28, "full", str(target))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(StoreError):
        record_decisions(tmp_path / "indata.xlsx", TURNS)
    monkeypatch.undo()
    for name in ("beslut.csv", "hemrunda-historik.csv"):
        assert len(rows_of(tmp_path / name)) == 2
