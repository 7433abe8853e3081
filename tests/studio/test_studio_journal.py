"""The journal: nothing acknowledged is lost, nobody's change is overwritten, undo goes all ways."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import StoreError
from data.store.manifest import adding, growing, register_growing, registered
from data.store.retention import purge
from hemrunda.studio.journal import Act, ConflictError, Journal
from hemrunda.studio.studio_scenario import scenario_of

CLIENTS = st.sampled_from(["B1", "B2", "B3"])
TEAMS = st.sampled_from(["L1", "L2"])
ACTS = st.one_of(
    st.tuples(
        st.just("move"),
        st.builds(lambda c, t: {"client_ids": [c], "team_id": t}, CLIENTS, TEAMS),
    ),
    st.tuples(
        st.just("lock_client"),
        st.builds(lambda c, on: {"client_ids": [c], "on": on}, CLIENTS, st.booleans()),
    ),
    st.tuples(st.just("adopt"), st.builds(lambda n: {"base": f"p{n}"}, st.integers(1, 3))),
    st.tuples(st.sampled_from(["undo", "redo", "approve"]), st.just({})),
)


def acts_of(done: list[tuple[str, dict]]) -> list[Act]:
    return [Act(i, "", "", kind, args) for i, (kind, args) in enumerate(done, 1)]


@given(st.lists(ACTS, max_size=30))
def test_what_is_written_is_read_back(done):
    """A log opened again gives the same acts, in the same order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        log = Journal(path)
        for kind, args in done:
            log.append(log.rev, "Åsa", kind, args)
        again = Journal(path)
        assert again.acts == log.acts
        assert [(act.kind, dict(act.args)) for act in again.acts] == done
        assert path.stat().st_mode & 0o077 == 0 or os.name == "nt"


@given(st.lists(ACTS, min_size=1, max_size=12), st.data())
def test_a_log_torn_anywhere_keeps_every_whole_line(done, data):
    """Power lost in the middle of a line costs that line, never told of, and no other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        log = Journal(path)
        for kind, args in done:
            log.append(log.rev, "", kind, args)
        whole = path.read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        path.write_bytes(whole[:cut])
        kept = Journal(path)
        assert kept.acts == log.acts[: whole[:cut].count(b"\n")]
        kept.append(kept.rev, "", "undo", {})
        assert Journal(path).acts == kept.acts


def test_a_damaged_middle_is_told_and_not_passed_over(tmp_path):
    """Whoever changes the log by hand is told, instead of getting another plan in silence."""
    path = tmp_path / "journal.jsonl"
    log = Journal(path)
    for _ in range(3):
        log.append(log.rev, "", "move", {"client_ids": ["B1"], "team_id": "L1"})
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"L1", b"L2")
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(StoreError):
        Journal(path)


def test_two_logs_of_one_folder_never_lose_a_change(tmp_path):
    """Two studios on one folder: whoever looked at an old revision gets a conflict."""
    path = tmp_path / "journal.jsonl"
    first, second = Journal(path), Journal(path)
    first.append(0, "Åsa", "move", {"client_ids": ["B1"], "team_id": "L1"})
    with pytest.raises(ConflictError):
        second.append(0, "Bo", "move", {"client_ids": ["B1"], "team_id": "L2"})
    second.append(1, "Bo", "undo", {})
    assert [act.who for act in Journal(path).acts] == ["Åsa", "Bo"]


def test_many_at_once_are_put_in_a_row(tmp_path):
    """Threads that race for one revision: exactly one has it, and the log is whole."""
    log = Journal(tmp_path / "journal.jsonl")
    won = []

    def race(name: str) -> None:
        for _ in range(20):
            with contextlib.suppress(ConflictError):
                won.append(log.append(log.rev, name, "undo", {}).rev)

    threads = [threading.Thread(target=race, args=(str(i),)) for i in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(won) == list(range(1, len(won) + 1))
    assert len(Journal(tmp_path / "journal.jsonl").acts) == len(won)


WRITER = """
import sys
from pathlib import Path
from random import Random
from hemrunda.studio.journal import Journal
log = Journal(Path(sys.argv[1]))
while True:
    args = {"client_ids": ["B%d" % log.rev] * 40, "team_id": "L1"}
    act = log.append(log.rev, "x" * 30, "move", args)
    print(act.rev, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path):
    """Killed at any moment, in the middle of acts: all that was told of is there."""
    path = tmp_path / "journal.jsonl"
    for round_no in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        writer.stdout.readline()
        time.sleep(0.004 * round_no)
        writer.send_signal(signal.SIGKILL)
        told = [int(line) for line in writer.communicate()[0].split("\n")[:-1]]
        found = Journal(path)
        assert found.rev >= max(told, default=0)
        assert [act.rev for act in found.acts] == list(range(1, found.rev + 1))


@given(st.lists(ACTS, max_size=40))
def test_undo_and_redo_go_back_and_forth_exactly(done):
    """Undone and done again is as if nothing had been; undone once is as before the last act."""
    acts = acts_of(done)
    now = scenario_of(acts)
    n = len(acts)
    back = scenario_of([*acts, Act(n + 1, "", "", "undo", {})])
    again = scenario_of([*acts, Act(n + 1, "", "", "undo", {}), Act(n + 2, "", "", "redo", {})])
    if now.live:
        assert back.live == now.live[:-1]
        assert again == now
    else:
        assert back == now


@given(st.lists(ACTS, max_size=40))
def test_approved_means_just_what_was_approved(done):
    """An act after the approval makes a draft of it; undoing that act an approved plan again."""
    acts = [*acts_of(done), Act(len(done) + 1, "", "", "approve", {})]
    move = Act(len(done) + 2, "", "", "move", {"client_ids": ["B9"], "team_id": "L9"})
    assert scenario_of(acts).is_approved
    assert not scenario_of([*acts, move]).is_approved
    assert scenario_of([*acts, move, Act(len(done) + 3, "", "", "undo", {})]).is_approved


def test_adopting_a_plan_keeps_locks_and_drops_what_it_holds():
    """Moves and drags are in the plan that was made of them; locks are the planner's own."""
    drag = {"date": "2026-03-02", "visit_id": "B1-1", "carer_no": 1, "round_id": "r", "start_s": 1}
    lock = {"date": "2026-03-02", "visit_id": "B2-1", "carer_no": 1, "staff_id": "P1", "on": True}
    made = scenario_of(
        acts_of(
            [
                ("move", {"client_ids": ["B1"], "team_id": "L1"}),
                ("drag", drag),
                ("lock_visit", lock),
                ("lock_client", {"client_ids": ["B3"], "on": True}),
                ("adopt", {"base": "p1", "news": {"days": ["2026-03-02"], "sick": ["P1"]}}),
            ]
        )
    )
    assert (made.origin, made.moves, made.drags) == ("p1", {}, ())
    assert [pin.visit_id for pin in made.pins] == ["B2-1"]
    assert made.locked_clients == {"B3"}
    assert made.disruptions[0].sick == ("P1",)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_two_hundred_kills_in_the_middle_of_acts_lose_nothing(tmp_path):
    """Two hundred kills at any moment of writing, on one log: every number told of is in it."""
    path = tmp_path / "journal.jsonl"
    random = Random(1)
    told = 0
    for _ in range(200):
        read, write = os.pipe()
        child = os.fork()
        if not child:
            _write_without_end(path, write)
        os.close(write)
        assert os.read(read, 8)  # it is at work
        time.sleep(random.random() * 0.004)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(read, "rb") as numbers:
            heard = numbers.read()
        last = len(heard) // 8
        told = max(told, int.from_bytes(heard[8 * (last - 1) : 8 * last], "big") if last else 0)
        found = Journal(path)
        assert found.rev >= told
        assert [one.rev for one in found.acts] == list(range(1, found.rev + 1))
    assert told > 200


def _write_without_end(path: Path, write: int) -> None:
    """Act, and tell of each act when it is acknowledged; ended by a kill and by nothing else."""
    try:
        log = Journal(path)
        while True:
            args = {"client_ids": [f"B{log.rev}"] * 40, "team_id": "L1"}
            made = log.append(log.rev, "x" * 30, "move", args)
            os.write(write, made.rev.to_bytes(8, "big"))
    finally:
        os._exit(1)


def test_the_log_is_registered_and_purged_as_ours(tmp_path):
    """It grows after its manifest is written, and is known by the checksums of its lines."""
    with adding(tmp_path) as staged:
        (staged / "indata.xlsx").write_text("tables", encoding="utf-8")
    log = Journal(tmp_path / "studio" / "journal.jsonl")
    assert growing(tmp_path) == ()
    register_growing(tmp_path)
    log.append(0, "Åsa", "move", {"client_ids": ["B1"], "team_id": "L1"})
    with adding(tmp_path) as staged:
        (staged / "karta.html").write_text("map", encoding="utf-8")
    assert growing(tmp_path) == ("studio/journal.jsonl",)
    assert "studio/journal.jsonl" not in registered(tmp_path)
    assert {old.path.name for old in purge(tmp_path, 0)} == {
        "indata.xlsx", "karta.html", "journal.jsonl", "manifest.json",
    }  # fmt: skip
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("content", [b"somebody's notes\n", b"00000000 {}\n"])
def test_a_log_that_is_not_ours_is_not_purged(tmp_path, content):
    with adding(tmp_path) as staged:
        (staged / "karta.html").write_text("map", encoding="utf-8")
    path = tmp_path / "studio" / "journal.jsonl"
    path.parent.mkdir()
    path.write_bytes(content)
    register_growing(tmp_path)
    assert "journal.jsonl" not in {old.path.name for old in purge(tmp_path, 0)}
    assert path.read_bytes() == content


def test_a_studio_registers_its_log(open_studio):
    folders = [path.parent for path in open_studio.root.rglob("manifest.json")]
    assert ("studio/journal.jsonl",) in {growing(folder) for folder in folders}
