"""The old attacks on whole runs: signals, kills and held files in the middle of the moves."""

import contextlib
import json
import os
import signal
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data import atomic
from data.care.hidden import hidden_clients, shown_teams, with_households_hidden
from data.errors import StoreError
from data.model import Client, Municipality
from data.plans import Team, TeamPlan
from data.store import adding, probing, read_manifest, renewing, signal_waits, transaction
from data.store import folder_locks as locks

NAMES = ("indata.xlsx", "rounds.csv", "maps/teams.html", "private/rounds.csv")


def write(out, seed, names=NAMES):
    """A run of a few files in several folders, each telling which run it is of."""
    with renewing(out, {"seed": seed}) as folder:
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(str(seed), encoding="utf-8")


def seeds(out):
    """The runs that the files in place are of, the manifest's among them."""
    found = {(out / name).read_text(encoding="utf-8") for name in NAMES if (out / name).exists()}
    return found | {str(read_manifest(out)["seed"])}


def on_call(monkeypatch, name, nth, act):
    """Do ``act`` before the nth call of a method of Path."""
    real, calls = getattr(Path, name), [0]

    def wrapped(self, *arguments, **options):
        calls[0] += 1
        if calls[0] == nth:
            act(self)
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, name, wrapped)


@pytest.mark.parametrize("nth", range(1, 12))
@pytest.mark.parametrize("n_signals", [1, 2])
def test_signals_wait_while_files_are_moved(tmp_path, monkeypatch, nth, n_signals):
    """A second Ctrl-C destroyed both plans at 14 of 18 points, and said that the last one stood."""
    write(tmp_path, 1)
    kinds = [signal.SIGINT, signal.SIGTERM]
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    on_call(
        monkeypatch, "replace", nth,
        lambda _path: [signal.raise_signal(kind) for kind in kinds[:n_signals]],
    )  # fmt: skip
    try:
        with contextlib.suppress(KeyboardInterrupt):
            write(tmp_path, 2)
    finally:
        signal.signal(signal.SIGTERM, before)
    monkeypatch.undo()
    transaction.recover(tmp_path)
    assert seeds(tmp_path) in ({"1"}, {"2"})
    assert not list(tmp_path.glob(".tmp-*"))


@pytest.mark.parametrize("nth", range(1, 12))
def test_an_error_of_any_kind_puts_the_old_run_back(tmp_path, monkeypatch, nth):
    """Not OSError alone: memory may end in the middle of the moves."""

    def fail(_path):
        raise MemoryError

    write(tmp_path, 1)
    on_call(monkeypatch, "replace", nth, fail)
    with contextlib.suppress(MemoryError):
        write(tmp_path, 2)
    monkeypatch.undo()
    transaction.recover(tmp_path)
    assert seeds(tmp_path) in ({"1"}, {"2"})


@pytest.mark.parametrize("nth", range(1, 30))
def test_a_kill_at_any_move_leaves_one_whole_run(tmp_path, monkeypatch, nth):
    """Tables were new and input old at 52 of 100 kill points; pages were of an older plan at 43."""
    write(tmp_path, 1, (*NAMES, "report.html"))
    child = os.fork() if hasattr(os, "fork") else pytest.skip("no fork")
    if child == 0:
        for name in ("replace", "unlink", "mkdir"):
            on_call(monkeypatch, name, nth, lambda _path: os._exit(9))
        with contextlib.suppress(BaseException):
            write(tmp_path, 2)
        os._exit(0)
    os.waitpid(child, 0)
    with locks.locked(tmp_path):
        transaction.recover(tmp_path)
    run = seeds(tmp_path)
    assert run in ({"1"}, {"2"})
    # What the new run has no successor of goes with the old one.
    assert (tmp_path / "report.html").exists() == (run == {"1"})


def test_a_kill_while_putting_back_is_put_back_by_the_next(tmp_path, monkeypatch):
    """Two misfortunes in a row: the move fails, and the way back is cut off."""
    write(tmp_path, 1)
    n_calls = [0]
    real = Path.replace

    def failing(self, target):
        n_calls[0] += 1
        if n_calls[0] >= 6 and n_calls[0] != 7:
            raise OSError(28, "full", str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(StoreError):
        write(tmp_path, 2)
    monkeypatch.undo()
    transaction.recover(tmp_path)
    assert seeds(tmp_path) in ({"1"}, {"2"})


def test_a_held_file_keeps_both_sets(tmp_path, monkeypatch):
    """changes.csv was lost where a table was open in Excel, and nobody was phoned."""
    write(tmp_path, 1)
    real = Path.replace

    def held(self, target):
        if Path(target).name == "rounds.csv" and "new" in self.parts:
            raise PermissionError(13, "open in Excel", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(transaction, "_RETRIES", 1)
    with pytest.raises(StoreError, match="Inget behöver räknas om"):
        write(tmp_path, 2)
    assert seeds(tmp_path) == {"1"}
    monkeypatch.undo()
    transaction.recover(tmp_path)  # as every command does that reads or writes there
    assert seeds(tmp_path) == {"2"}


def test_a_deleted_lock_locks_nothing(tmp_path):
    """Whoever sweeps hidden files must not let two write: the lock is the file that lies there."""
    with locks.writing(tmp_path):
        (tmp_path / locks.WRITER_NAME).unlink()
    with locks.writing(tmp_path):
        assert (tmp_path / locks.WRITER_NAME).exists()


@pytest.mark.parametrize(
    ("step", "nth"), [("mkdir", 1), ("stat", 1), ("stat", 2), ("unlink", 1), ("rmdir", 1)]
)
def test_an_interrupt_while_a_lock_is_taken_or_left_leaves_no_folder(
    tmp_path, monkeypatch, step, nth
):
    """A new folder with only its lock lay there where a kill came in its first millisecond."""
    on_call(monkeypatch, step, nth, lambda _path: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt), locks.writing(tmp_path / "new"):
        pass
    monkeypatch.undo()
    assert not (tmp_path / "new").exists()
    assert not locks._held


def test_files_beside_a_plan_are_registered_and_go_with_it(tmp_path):
    """Every writer registers, so that pages of an older plan do not stay for ever."""
    write(tmp_path, 1)
    for name in ("maps/extra.html", "maps/mine.html"):
        with adding(tmp_path) as folder:
            (folder / "maps").mkdir()
            (folder / name).write_text("1", encoding="utf-8")
    (tmp_path / "maps" / "mine.html").write_text("changed by hand", encoding="utf-8")
    assert "maps/extra.html" in read_manifest(tmp_path)["files"]
    write(tmp_path, 2)
    assert not (tmp_path / "maps" / "extra.html").exists()
    assert (tmp_path / "maps" / "mine.html").exists()


def test_a_manifest_leads_out_of_no_folder(tmp_path):
    """A marker that anybody may have written names only files below its folder."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    out = tmp_path / "out"
    staging = out / ".tmp-hemrunda-plan-x"
    (staging / "new").mkdir(parents=True)
    (staging / "READY").write_text(
        json.dumps({"new": [], "had": [], "gone": ["../mine.txt"]}), encoding="utf-8"
    )
    transaction.recover(out)
    assert (tmp_path / "mine.txt").exists()


def clients_of(*changes):
    return tuple(
        replace(Client(f"c{i}", 10.0 * i, 0.0, dwelling="flat"), **change)
        for i, change in enumerate(changes)
    )


def test_a_household_is_hidden_together():
    """An unprotected partner shows the address, and a way of nothing joins the two."""
    clients = clients_of(
        {"household_id": "h", "protected": True}, {"household_id": "h"},
        {"x": 50.0, "dwelling": "house", "protected": True}, {"x": 50.0, "dwelling": "house"},
        {"x": 90.0, "building_id": "b", "protected": True}, {"building_id": "b"},
        {},
    )  # fmt: skip
    hidden, n_hidden, n_near = with_households_hidden(clients)
    assert [c.client_id for c in hidden if c.protected] == ["c0", "c1", "c2", "c3", "c4"]
    assert (n_hidden, n_near) == (2, 1)
    municipality = Municipality("X", clients, (), (), (), ())
    assert hidden_clients(municipality) == {"c0", "c1", "c2", "c3", "c4"}


def test_a_partner_is_known_by_the_address_though_the_table_says_a_flat_of_the_one():
    """A cell left empty is a house: the two of them still share it. A block of flats does not."""
    for of_first, of_second in (("house", "flat"), ("flat", "house")):
        pair = clients_of(
            {"x": 50.0, "dwelling": of_first, "protected": True},
            {"x": 50.9, "dwelling": of_second},
            {"x": 90.0},
        )
        hidden, n_hidden, n_near = with_households_hidden(pair)
        assert [c.protected for c in hidden] == [True, True, False]
        assert (n_hidden, n_near) == (1, 0)
    block = clients_of({"x": 5.0, "protected": True}, {"x": 5.0, "dwelling": "house"}, {"x": 6.6})
    hidden, n_hidden, n_near = with_households_hidden(block)
    assert [c.protected for c in hidden] == [True, False, False]
    assert (n_hidden, n_near) == (0, 2), "they are told of, and a metre apart is one door"


def test_counts_of_shared_files_have_one_population():
    """A team of 24 beside 23 dots told where the hidden one was; and a contact of nobody too."""
    clients = clients_of({"protected": True}, {}, {})
    ids = tuple(c.client_id for c in clients)
    plan = TeamPlan((Team("T", "", "", ids),), {"c0": "p"}, {"c0": "q"}, {}, {}, {}, {}, {"c0": ""})
    shown = shown_teams(Municipality("X", clients, (), (), (), ()), plan)
    assert shown.teams[0].client_ids == ("c1", "c2")
    assert [*shown.contact, *shown.vice, *shown.without_contact] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    """``--out /dev/null``, by whoever may write there, would be the end of /dev/null."""
    os.mkfifo(tmp_path / "rör")
    with pytest.raises(StoreError, match="ingen vanlig fil"):
        atomic.write_text(tmp_path / "rör", "a")
    assert stat.S_ISFIFO((tmp_path / "rör").stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["rör"]


def test_the_name_of_a_new_file_is_put_on_the_disk(tmp_path, monkeypatch):
    """A file whose name is lost with the power is lost."""
    flushed = []
    monkeypatch.setattr(atomic, "sync_folder", flushed.append)
    atomic.write_text(tmp_path / "a.csv", "a")
    assert flushed == [tmp_path]


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_an_interrupt_at_any_line_leaves_no_new_folder(tmp_path):
    """Ctrl-C before each line of the lock, the probe and the writing, and of waiting itself."""
    import inspect

    seen = [inspect.getfile(one) for one in (locks, probing, signal_waits, transaction)]
    old = signal.getsignal(signal.SIGINT)

    def interrupted_at(nth):
        left = nth

        def line(_frame, event, _argument):
            nonlocal left
            left -= event == "line"
            if event == "line" and left == 0:
                signal.raise_signal(signal.SIGINT)
            return line

        sys.settrace(lambda frame, *_: line if frame.f_code.co_filename in seen else None)
        try:
            with locks.writing(tmp_path / "ny" / "plan"):
                probing.probe(tmp_path / "ny" / "plan")
                with transaction.replacing_all(tmp_path / "ny" / "plan") as new:
                    (new / "a.csv").write_text("a")
                    raise LookupError
        except (KeyboardInterrupt, LookupError) as error:
            return isinstance(error, KeyboardInterrupt)
        finally:
            sys.settrace(None)
            signal.signal(signal.SIGINT, old)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    nth = 1
    while interrupted_at(nth):
        assert list(tmp_path.iterdir()) == [], nth
        nth += 1
    assert nth > 60
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_an_interrupt_while_a_lock_is_told_of_an_error_leaves_no_new_folder(tmp_path):
    """Before each line of the library's own way out of a block that an error leaves."""
    from hemrunda.error_messages import run_guarded

    def interrupted_at(nth):
        left = nth

        def line(_frame, event, _argument):
            nonlocal left
            left -= event == "line"
            if event == "line" and left == 0:
                signal.raise_signal(signal.SIGINT)
            return line

        def is_way_out(frame):
            code = frame.f_code
            return (code.co_filename, code.co_name) == (contextlib.__file__, "__exit__")

        def fail():
            sys.settrace(lambda frame, *_: line if is_way_out(frame) else None)
            try:
                with locks.writing(tmp_path / "ny" / "plan"):
                    raise LookupError
            finally:
                sys.settrace(None)

        code = run_guarded(fail)
        return code == 130

    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    nth = 1
    while interrupted_at(nth):
        assert list(tmp_path.iterdir()) == [], nth
        nth += 1
    signal.signal(signal.SIGINT, old)
    assert nth > 20
