"""A town to attack: every command that writes, as somebody would type it, and what is whole."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

from data.store import read_manifest, transaction
from data.store.folder_locks import NAMES, locked
from data.store.manifest import RECORDS, file_hash
from data.tables import read_input

QUICK = ["--workers", "1", "--seconds", "0", "--map-days", "1"]
CORRECTIONS = "corrections.csv"
OTHERS = {
    "mine.txt": "mine", ".tmp-others": "theirs", "maps/notes.txt": "mine too",
    CORRECTIONS: "gata;åtgärd\nIngenstans;stängd\n",
}  # fmt: skip
"""What is not ours, and must lie untouched whatever we do."""


DAY = "2026-03-02"
"""The first day of the town's plan."""


PURGE = "purge"
"""The one command after which nothing is left to be whole."""


def commands(
    out: Path,
    sick: str = "P0001",
    client: str = "B0001",
    contact: str = "P0001",
    other: str = "P0002",
    team: str = "L01",
) -> dict[str, list[str]]:
    """Every command that writes to a plan's folder, as somebody would type it."""
    plan, day = str(out), DAY
    news = ["--sick", sick, "--new-visit", f"{client},lunch,30,11:00-13:00", "--from", day]
    source, network = str(out / "indata.xlsx"), str(out / "network")
    return {
        "demo": ["demo", "--clients", "30", "--days", "2", *QUICK, "--seed", "2", "--out", plan],
        "plan": ["plan", source, "--network", network, *QUICK, "--seed", "3", "--out", plan],
        "rounds": ["rounds", plan, *QUICK, "--seed", "5", "--to", plan],
        "replan": ["replan", plan, *QUICK, "--sick", sick, "--from", day, "--to", plan],
        "map": ["map", plan, "--day", day, "--profile", "manager"],
        "report": ["report", plan, "--profile", "council", "--pdf"],
        "sheets": ["sheets", plan, "--day", day],
        "baseplan": ["baseplan", plan, "--weeks", "1"],
        "teams report": ["teams", "report", plan],
        "adopt": ["adopt", plan, "--out", plan, "--by", "chef"],
        "deadlines": ["ask", "deadlines", plan],
        "evening": ["ask", "evening", plan, "--day", day],
        "quality": ["ask", "rounds", plan, "--trials", "5"],
        "continuity": ["write", "continuity", plan, "--cards", "L01"],
        "mend": ["mend", "day", plan, *QUICK, *news, "--out", plan],
        "decide contact": ["decide", "contact", plan, client, contact, "--by", "chef"],
        "decide turns": [
            "decide", "turns", plan, client, contact, other, "--turns", "2", "--by", "chef",
            "--from", day,
        ],
        "contacts": ["ask", "contacts", plan, "--out", str(out / "contacts-list.csv")],
        "layers": ["ask", "layers", plan, "--out", str(out / "layers.csv")],
        "load": ["ask", "load", plan, "--out", str(out / "load" / "load.csv")],
        "late": [
            "ask", "late", plan, "--team", team, "--day", day, "--iterations", "20",
            "--out", str(out / "late-day.csv"),
        ],
        "check tables": ["check", "tables", source, "--out", str(out / "marked.xlsx")],
        "check addresses": [
            "check", "addresses", source, "--network", network, "--out", str(out / "review.csv"),
        ],
        "compare tables": ["compare", "tables", source, source, "--out", str(out / "diff.csv")],
        "template": ["template", str(out / "template.xlsx"), "--force"],
        "network": [
            "network", "correct", network, str(out / CORRECTIONS),
            "--out", str(out / "network-2"),
        ],
        PURGE: ["purge", plan, "--older-than", "0", "--yes"],
    }  # fmt: skip


def commands_beside(plan: Path, out: Path, *, is_first: bool) -> dict[str, list[str]]:
    """Every command that writes a folder of its own, from a plan; the second time otherwise."""
    source, network = str(plan / "indata.xlsx"), str(plan / "network")
    export, days, seed = plan.parent / "visits.csv", *(("2", "1") if is_first else ("1", "2"))
    return {
        "baseline": [
            "baseline",
            str(plan / "private" / "rounds.csv"),
            "--plan",
            str(plan),
            "--days",
            days,
            "--map-days",
            "1",
            "--out",
            str(out),
        ],
        "followup": [
            "followup",
            str(export),
            "--input",
            source,
            "--plan",
            str(plan),
            "--days",
            days,
            "--out",
            str(out),
        ],
        "redesign": [
            "teams",
            "redesign",
            source,
            "--network",
            network,
            "--workers",
            "1",
            "--seed",
            seed,
            "--out",
            str(out),
        ],
        "compare": [
            "compare",
            "plans",
            str(plan),
            str(plan),
            "--input",
            source,
            "--network",
            network,
            "--out",
            str(out),
        ],
    }


def write_export(plan: Path) -> None:
    """Write the plan's own visits as what was performed, beside its folder."""
    with (plan / "private" / "rounds.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["kind"] == "visit"]
    with (plan.parent / "visits.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Datum", "Medarbetare", "Kundnr", "Insatsid", "Från", "Till"])
        writer.writerows([r["date"], r["staff_id"], r["client_id"], r["visit_id"], r["start"],
                          r["end"]] for r in rows)  # fmt: skip


def lay_others(folder: Path) -> None:
    """Lay files of others beside ours."""
    for name, text in OTHERS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def at_work(plan: Path) -> tuple[str, ...]:
    """Who works on the first day, in order."""
    roster = read_input(plan / "indata.xlsx").municipality.roster
    return tuple(sorted(
        {one.staff_id for one in roster if str(one.date) == DAY and one.kind == "work"}
    ))  # fmt: skip


def run(arguments: list[str]) -> int:
    """A command in this process, silent; its exit code."""
    from hemrunda.cli import group
    from hemrunda.error_messages import run_guarded

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return run_guarded(lambda: group(arguments, standalone_mode=False))


def forked(work: Callable[[], int]) -> int:
    """The number of a child that does ``work`` and is gone."""
    child = os.fork()
    if child:
        return child
    code = 70
    with contextlib.suppress(BaseException):
        code = work()
    os._exit(code)


def ended(child: int) -> int:
    """A child's exit code; minus the signal where one ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def registered(folder: Path) -> dict[str, str]:
    """The files that are ours, by name and hash; records that only grow, by how many rows."""
    files = dict(read_manifest(folder)["files"])
    for name in RECORDS:
        if (folder / name).is_file():
            files[name] = f"{len((folder / name).read_bytes().splitlines())} rows"
    return files


def is_one_of(files: dict[str, str], before: dict[str, str], after: dict[str, str]) -> bool:
    """Whether files are those of before, or those of a run like the one that gave ``after``.

    Some files tell where their folder lies, so that two runs differ: what must be the same is
    which files there are, and which of them are as before.
    """
    if files == before:
        return True
    if files.keys() != after.keys():
        return False
    return all((files[n] == before.get(n)) == (after[n] == before.get(n)) for n in files)


def trouble(folder: Path, allowed: list[dict[str, str]]) -> str:
    """What is wrong with a folder after an attack; nothing where it is whole."""
    with locked(folder):
        transaction.recover(folder)
    files = registered(folder)
    torn = [
        name for name, digest in files.items()
        if name not in RECORDS
        and (not (folder / name).is_file() or file_hash(folder / name) != digest)
    ]  # fmt: skip
    if torn:
        return f"torn: {torn[:3]}"
    if allowed and files not in allowed:
        return f"neither old nor new: {sorted(set(files) ^ set(allowed[0]))[:3]}"
    left = [p.name for p in folder.rglob(".tmp-hemrunda*")]
    if left:
        return f"left behind: {left[:3]}"
    return next((f"{n} touched" for n, text in OTHERS.items()
                 if (folder / n).read_text(encoding="utf-8") != text), "")  # fmt: skip


def purge_trouble(folder: Path) -> str:
    """What is wrong with a folder in which a purge was killed: the next one must end it."""
    code = run(commands(folder)[PURGE])
    if code:
        return f"the next purge ends with {code}"
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    ours = sorted(left - set(OTHERS) - set(NAMES) - set(RECORDS))
    if ours:
        return f"left after the next purge: {ours[:3]}"
    touched = [
        name for name, text in OTHERS.items()
        if name not in left or (folder / name).read_text(encoding="utf-8") != text
    ]  # fmt: skip
    return f"touched: {touched}" if touched else ""
