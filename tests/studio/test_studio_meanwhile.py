"""What the page shows while it waits: streets fetched by a name, and the best plan so far."""

from __future__ import annotations

import shutil
import threading
import time
from types import SimpleNamespace

import pytest

import routing.network
from data.demo import make_municipality, make_streets
from data.errors import NetworkError, SettingsError
from data.progress import Progress
from hemrunda.config import Config
from hemrunda.studio.folders import place_of
from hemrunda.studio.jobs.worker import _Publisher
from hemrunda.studio.room import Room
from partition import plan_teams
from routing.rounds import plan_rounds
from routing.travel import travel_times


def test_only_the_name_of_a_place_is_ever_sent():
    """Sweden where nothing is said; a number, a path or nothing at all is refused."""
    assert place_of("  Falkenbergs   kommun ") == "Falkenbergs kommun, Sverige"
    assert place_of("Malå, Sweden") == "Malå, Sweden"
    for wrong in ("", "x", "Storgatan 4", "../nat", "a" * 81, "B0017", "Lund\nLund;"):
        with pytest.raises(SettingsError):
            place_of(wrong)


def test_tables_read_anew_end_the_worker_that_has_the_old(town, tmp_path):
    """An address placed or a header mapped: what is planned next must know it."""
    room, ended = Room(tmp_path), []
    room.helper = SimpleNamespace(
        ask=lambda *_args, **_more: ended.append("warm"), end=lambda: ended.append("end"),
        shared=None,
    )  # fmt: skip
    folder = shutil.copytree(town, tmp_path / "kommun")
    for _ in range(2):
        room.open(folder)
        until(room, "ready")
    assert ended == ["end", "warm", "end", "warm"]
    assert room.session is not None
    assert room.helper.shared is room.session.shared


def test_streets_are_fetched_by_name_and_a_failure_leaves_the_tables_open(
    town, tmp_path, monkeypatch
):
    """A server that does not answer: said, with the faults still there; then it answers."""
    folder = shutil.copytree(town, tmp_path / "kommun")
    (folder / "network").unlink()
    asked = []
    answers = [NetworkError("Gatorna kunde inte hämtas."), make_streets(n_clients=40)]

    def download(place, cache):
        asked.append(place)
        found = answers.pop(0)
        if isinstance(found, NetworkError):
            raise found
        return found

    monkeypatch.setattr(routing.network, "download_place", download)
    room = Room(tmp_path)
    room.helper = SimpleNamespace(ask=lambda *_args, **_more: 1, end=lambda: None, shared=None)
    room.open(folder)
    until(room, "network")
    with pytest.raises(SettingsError):
        room.download_network("Storgatan 4")
    assert asked == []
    room.download_network("Ekhamn")
    until(room, "network")
    assert room.failure == "Gatorna kunde inte hämtas."
    assert room.receipt
    room.download_network("Ekhamn")
    until(room, "ready")
    assert asked == ["Ekhamn, Sverige"] * 2
    assert (folder / "network").exists()
    with pytest.raises(SettingsError):
        room.download_network("Ekhamn")


def until(room, phase):
    """Wait for what goes on in the background."""
    end_s = time.monotonic() + 60
    while room.phase != phase or room._busy.locked():
        assert time.monotonic() < end_s, room.phase
        time.sleep(0.02)


def test_looking_at_the_best_so_far_changes_nothing_and_shows_whole_rounds():
    """The plan is the same whether anybody looks; what is shown is rounds of the plan's days."""
    config = Config()
    network = make_streets(n_clients=40, seed=1)
    municipality = make_municipality(network, n_clients=40, n_days=2, seed=1)
    travel, _, _ = travel_times(network, municipality)
    teams = plan_teams(municipality, travel, config.rules, network=network, seed=1)
    seen = []

    def planned(progress):
        return plan_rounds(
            municipality, teams, travel, config.rules, dates=municipality.dates, seed=1,
            n_iterations=400, progress=progress,
        )  # fmt: skip

    alone = planned(Progress())
    watched = planned(Progress(on_best=lambda make: seen.append(make())))
    assert watched.rows == alone.rows
    assert len(seen) > 10
    for one in seen:
        assert set(one.dates) == set(municipality.dates)
        assert {row.visit_id for row in one.rows if row.kind == "visit"} <= set(
            municipality.visit_by_id
        )
    last = {(r.visit_id, r.date, r.staff_id) for r in seen[-1].rows if r.kind == "visit"}
    assert last == {(r.visit_id, r.date, r.staff_id) for r in alone.rows if r.kind == "visit"}


def test_the_best_so_far_is_told_only_while_somebody_looks():
    """No page looks: nothing is drawn, and the search is not held up."""
    told, drawn = [], []
    looked = {}
    teller = _Publisher(told.append, threading.Event(), looked)
    progress = teller.progress_of(7)
    progress.show_best(lambda: drawn.append(1))
    assert drawn == []
    assert told == []
    looked.update(team="T01", day="")
    progress.show_best(lambda: drawn.append(1))  # nothing to draw of: no trouble of the work's
    assert drawn == [1]
