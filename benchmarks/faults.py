"""Attacks on whole commands: kills, two writers, signals, full disks, held files, flips, mutations.

    python -m benchmarks.faults [--quick] [--seed N] [--plan FOLDER] [--only NAMES]

A small made-up town is planned once, or a plan at hand is copied. Every command is then attacked
in a process forked from one in which all is loaded and compiled. Whatever happens, the folder must
afterwards be the whole old or the whole new, files of others untouched, no news lost, and nothing
left that is not registered.
Prints one line of figures for each kind of attack; exit code 1 where anything went wrong. POSIX.

*Kills at file events*: a command runs once, and at every event that changes a file (opened to be
written, moved, made, removed) the folder is copied as it lies: that is what a kill there leaves.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.fault_town import (
    PURGE,
    QUICK,
    at_work,
    commands,
    commands_beside,
    ended,
    forked,
    is_one_of,
    lay_others,
    purge_trouble,
    registered,
    run,
    trouble,
    write_export,
)
from benchmarks.fault_tries import flips, hidden_homes_found, mutations
from data.store import read_outputs, transaction
from data.tables import read_input


class Attacks:
    """One town, attacked in every way; counts and complaints."""

    def __init__(self, home: Path, seed: int, share: float) -> None:
        self.home = home
        self.random = random.Random(seed)
        self.share = share
        self.base = home / "base"
        self.complaints: list[str] = []
        self.at_work: tuple[str, ...] = ()
        self.client = self.contact = self.vice = self.team = ""

    def commands(self, out: Path) -> dict[str, list[str]]:
        """Every command on a folder, with somebody ill who is at work that day."""
        return {
            **commands(out, self.at_work[0], self.client, self.contact, self.vice, self.team),
            **commands_beside(self.base, out, is_first=False),
        }

    def start_of(self, name: str) -> Path:
        """The folder that a command finds: the plan's, or what it wrote itself the last time."""
        own = self.home / name
        return own if own.is_dir() else self.base

    def prepare(self, plan: Path | None = None) -> None:
        """Plan the town, or copy a plan, and lay files of others beside."""
        if plan is not None:
            shutil.copytree(plan, self.base)
            with self.copy() as out:  # so that all is loaded and compiled before anything is forked
                run(commands(out)["rounds"])
        elif run(commands(self.base)["demo"][:-4] + ["--out", str(self.base)]):
            raise SystemExit("the town could not be planned")
        self.at_work = at_work(self.base)
        town, contacts = read_input(self.base / "indata.xlsx").municipality, read_outputs(self.base)
        self.client = next(one.client_id for one in town.clients if not one.protected)
        self.contact, self.vice = contacts[0].contact[self.client], contacts[0].vice[self.client]
        home = contacts[0].team_of_client[self.client]
        self.team = next((t.team_id for t in contacts[0].teams if t.team_id != home), home)
        write_export(self.base)
        lay_others(self.base)
        for name in commands_beside(self.base, self.base, is_first=True):
            own = self.home / name
            if run(commands_beside(self.base, own, is_first=True)[name]):
                raise SystemExit(f"{name} could not be run")
            lay_others(own)

    def number(self, whole: int) -> int:
        """So many tries as were asked for of ``whole``."""
        return max(1, round(whole * self.share))

    @contextlib.contextmanager
    def copy(self, source: Path | None = None) -> Iterator[Path]:
        """A copy of a folder to attack."""
        folder = Path(tempfile.mkdtemp(dir=self.home)) / "out"
        shutil.copytree(source or self.base, folder)
        yield folder
        shutil.rmtree(folder.parent)

    def judge(self, what: str, folder: Path, *allowed: dict[str, str]) -> None:
        """Complain where the folder is not whole."""
        try:
            is_purge = f" {PURGE}" in what
            said = purge_trouble(folder) if is_purge else trouble(folder, list(allowed))
        except Exception as error:  # whatever it is, it is a find
            said = f"{type(error).__name__}: {error}"
        if said:
            self.complaints.append(f"{what}: {said}")

    def kills_at_events(self) -> int:
        """Copy the folder at every file event of every command; each copy must be whole again."""
        n_kills = 0
        for name in self.commands(self.base):
            n_before, n_complaints = n_kills, len(self.complaints)
            with self.copy(self.start_of(name)) as out:
                before, states = registered(out), out.parent / "states"
                states.mkdir()
                ended(forked(lambda out=out, name=name, states=states: self._copying(
                    self.commands(out)[name], out, states)))  # fmt: skip
                after = before if name == PURGE else registered(out)
                for state in sorted(states.iterdir(), key=lambda one: int(one.name)):
                    n_kills += 1
                    self.judge(f"killed in {name} at event {state.name}", state, before, after)
            self.tell(name, n_kills - n_before, n_complaints)
        return n_kills

    def tell(self, what: str, n_kills: int, n_complaints: int) -> None:
        """Print as it goes, so that a run that is cut short still says what it tried."""
        n_new = len(self.complaints) - n_complaints
        print(f"  {what}: {n_kills} kills, {n_new} complaints", flush=True)

    def _copying(self, arguments: list[str], out: Path, states: Path) -> int:
        """Run a command; at each event that changes a file below ``out``, copy it as it lies."""
        kinds = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
        state = {"n": 0, "busy": False}
        most = self.number(400)

        def hook(event: str, details: tuple[Any, ...]) -> None:
            if event not in kinds or state["busy"] or state["n"] >= most:
                return
            if event == "open" and not details[2] & (os.O_WRONLY | os.O_RDWR):
                return
            if not str(details[0]).startswith(str(out)):
                return
            state["busy"] = True
            with contextlib.suppress(OSError):
                shutil.copytree(out, states / str(state["n"]))
            state["n"], state["busy"] = state["n"] + 1, False

        sys.addaudithook(hook)
        return run(arguments)

    def kills_at_random(self) -> int:
        """SIGKILL at any moment of any command."""
        n_kills, names = self.number(200), list(self.commands(self.base))
        n_complaints = len(self.complaints)
        took: dict[str, float] = {}
        afters: dict[str, dict[str, str]] = {}
        for number in range(-len(names), n_kills):
            name = names[number % len(names)]
            if number > 0 and not number % len(names):
                self.tell("at random so far", number, n_complaints)
            with self.copy(self.start_of(name)) as out:
                began = time.monotonic()
                child = forked(lambda out=out, name=name: run(self.commands(out)[name]))
                if number < 0:  # to its end: how long it takes, and what it writes
                    if code := ended(child):
                        self.complaints.append(f"{name} ends with {code} and nobody kills it")
                    took[name] = time.monotonic() - began
                    afters[name] = {} if name == PURGE else registered(out)
                    continue
                time.sleep(self.random.uniform(0, took[name]))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                ended(child)
                n_before = len(self.complaints)
                self.judge(f"killed in {name}", out)
                if name == PURGE or len(self.complaints) > n_before:
                    continue
                before = registered(self.start_of(name))
                if not is_one_of(registered(out), before, afters[name]):
                    self.complaints.append(f"killed in {name}: neither old nor new")
        return n_kills

    def two_writers(self) -> int:
        """Two planners replan one folder at once: whoever was told that it went well is heard."""
        n_tries = self.number(50)
        for number in range(n_tries):
            with self.copy() as out:
                sick = self.at_work[:2]
                children = [
                    forked(lambda out=out, who=who: run(
                        ["replan", str(out), *QUICK, "--sick", who, "--to", str(out)]))
                    for who in sick
                ]  # fmt: skip
                codes = [ended(child) for child in children]
                self.judge(f"two writers {number}", out)
                roster = read_input(out / "indata.xlsx").municipality.roster
                told = {line.staff_id for line in roster if line.kind == "sick"}
                heard = [who for who, code in zip(sick, codes, strict=True) if code == 0]
                lost = sorted({*heard} - told)
                if lost or 0 not in codes:
                    self.complaints.append(f"two writers: {codes}, lost {lost}")
        return n_tries

    def two_signals(self) -> int:
        """Ctrl-C and SIGTERM before each of the first eighteen moves."""
        for nth in range(1, 19):
            with self.copy() as out:
                ended(forked(lambda out=out, nth=nth: self._signalled(out, nth)))
                self.judge(f"two signals at move {nth}", out)
        return 18

    def _signalled(self, out: Path, nth: int) -> int:
        real, calls = Path.replace, [0]

        def replace(path: Path, target: Path) -> Path:
            calls[0] += 1
            if calls[0] == nth:
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGTERM)
            return real(path, target)

        Path.replace = replace  # type: ignore[method-assign, assignment]
        return run(self.commands(out)["rounds"])

    def held_files(self) -> int:
        """Each file in turn is held open by another program: the new set waits, and comes."""
        names = sorted(registered(self.base))
        for name in names:
            with self.copy() as out:
                ended(forked(lambda out=out, name=name: self._held(out, name)))
                self.judge(f"{name} held", out)
        return len(names)

    def _held(self, out: Path, name: str) -> int:
        real = Path.replace

        def replace(path: Path, target: Path) -> Path:
            if path == out / name or Path(target) == out / name:
                raise PermissionError(13, "held", str(target))
            return real(path, target)

        Path.replace = replace  # type: ignore[method-assign, assignment]
        transaction._RETRIES = 1  # type: ignore[misc]
        return run(self.commands(out)["rounds"])

    def full_tmpfs(self) -> str:
        """A disk of its own that is full at twenty places of the run; where one may be mounted."""
        n_used = sum(path.stat().st_size + 4096 for path in self.base.rglob("*"))
        n_full = n_tries = 0
        for nth in range(20):
            with self.disk(n_used + 65_536 * nth**2 // 4 + 16_384) as disk:
                if disk is None:
                    return "no disk may be mounted here"
                out = disk / "out"
                shutil.copytree(self.base, out)
                code = ended(forked(lambda out=out: self._unprobed(out)))
                n_tries, n_full = n_tries + 1, n_full + (code == 1)
                self.judge(f"disk {nth} full", out)
                if code not in (0, 1):
                    self.complaints.append(f"disk {nth} full: exit code {code}")
        return f"{n_tries} disks, full before the run's end on {n_full}"

    @contextlib.contextmanager
    def disk(self, n_bytes: int) -> Iterator[Path | None]:
        """A file system in memory of so many bytes; none where the system refuses."""
        at = Path(tempfile.mkdtemp(dir=self.home))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={n_bytes}", "tmpfs", str(at)]
        try:
            is_there = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        except OSError:
            is_there = False
        try:
            yield at if is_there else None
        finally:
            if is_there:
                subprocess.run(["umount", "-l", str(at)], check=True)

    def _unprobed(self, out: Path) -> int:
        from data.store import probing

        probing.LEAST_FREE = 0  # type: ignore[misc]
        return run(self.commands(out)["rounds"])

    def full_disks(self) -> int:
        """Files end at twenty sizes, with the probe and without: told, and the old plan stands."""
        sizes = [2**k for k in range(10, 20)] + [3 * 2**k for k in range(10, 20)]
        for size in sizes:
            for is_probed in (True, False):
                with self.copy() as out:
                    code = ended(forked(lambda out=out, size=size, is_probed=is_probed:
                                        self._limited(out, size, is_probed)))  # fmt: skip
                    self.judge(f"files end at {size}", out)
                    if code == 70 or (is_probed and code != 1):
                        self.complaints.append(f"files end at {size}: exit code {code}")
        return 2 * len(sizes)

    def _limited(self, out: Path, size: int, is_probed: bool) -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return run(self.commands(out)["rounds"]) if is_probed else self._unprobed(out)


def main() -> int:
    """Attack, print, and say whether all held."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="a tenth of the tries")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--plan", type=Path, help="a finished plan to attack a copy of")
    asked.add_argument("--only", default="", help="names of attacks, with commas")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        attacks = Attacks(Path(home), chosen.seed, 0.1 if chosen.quick else 1.0)
        attacks.prepare(chosen.plan)
        tries: dict[str, Callable[[], str | int]] = {
            "flips": lambda: flips(attacks.base, attacks.number(200), attacks.complaints),
            "mutations": lambda: mutations(attacks.base, attacks.number(160), attacks.complaints),
            "secrecy": lambda: hidden_homes_found(
                attacks.base, attacks.number(50), attacks.complaints
            ),
            "kills at events": attacks.kills_at_events,
            "two signals": attacks.two_signals,
            "held files": attacks.held_files,
            "full disks": attacks.full_disks,
            "full tmpfs": attacks.full_tmpfs,
            "two writers": attacks.two_writers,
            "kills at random": attacks.kills_at_random,
        }
        for name, attack in tries.items():
            if chosen.only and name not in chosen.only.split(","):
                continue
            began, n_before = time.monotonic(), len(attacks.complaints)
            said = attack()
            n_new, took_s = len(attacks.complaints) - n_before, time.monotonic() - began
            print(f"{name}: {said}, {n_new} complaints, {took_s:.0f} s", flush=True)
            for one in attacks.complaints[n_before:][:20]:
                print(f"  {one}", flush=True)
    return 1 if attacks.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
