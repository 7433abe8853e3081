"""``hemrunda ask late``: a team's days when not all times can be kept: how late, instead of no."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.console import plain
from hemrunda.options import csv_option, iterations_option, json_option, seed_option
from hemrunda.workfolder.plan_folder import open_plan, plan_options
from hemrunda.writing.late_files import minutes_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.model import Municipality
    from routing.late.late_plan import DayStop, LateDay


HEADER = (
    "staff_id", "seq", "kind", "visit_id", "client_id", "carer_no", "start", "end", "late_s",
)  # fmt: skip


@click.command("late", epilog="Exempel:  hemrunda ask late out --team L01 --day 2026-03-03")
@plan_options
@click.option("--team", "team_id", required=True, help="Arbetslag (id).")
@click.option(
    "--day",
    "days",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    multiple=True,
    help="Dag, ÅÅÅÅ-MM-DD; flera går bra. Utan: alla planens dagar tillsammans.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="Söktid."
)
@csv_option("Skriv hela dagen som CSV.")
@iterations_option
@seed_option
@json_option
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    team_id: str,
    days: tuple[dt.datetime, ...],
    seconds: float,
    csv_path: Path | None,
    iterations: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Planera ett arbetslags dagar så att alla får besök, och säg hur sent där det måste bli.

    Hela området planeras: kvällsgruppen, resursgruppen och de andra lagen hjälper till som i
    rundorna.
    Den som planen redan har satt kommer helst, och på samma tid. Delegeringar, spärrar och husdjur
    hålls alltid. Tidsfönster, passens slut och raster har ett pris i stället (avsnittet [soft] i
    hemrunda.toml). En tid som ingen kan hålla hjälper ingen. Det som är låst ligger kvar.
    """
    from data.store import write_named_table
    from routing.late.team_day import plan_team_days

    plan = open_plan(folder, source, network_path, config_path)
    dates = tuple(sorted({day.date() for day in days})) or plan.round_plan.dates
    day_plan = plan_team_days(
        plan.municipality,
        plan.team_plan,
        plan.travel,
        plan.config.rules,
        plan.config.soft,
        team_id=team_id,
        dates=dates,
        current=plan.round_plan,
        seconds=None if iterations is not None else seconds,
        n_iterations=iterations,
        seed=seed,
    )
    if csv_path is not None:
        rows = [
            (day.date.isoformat(), *row)
            for day in day_plan.days
            for row in _rows(_shown(day, plan.municipality))
        ]
        write_named_table(csv_path, ("date", *HEADER), rows, plan.config.headers)
    if as_json:
        day_dicts = [
            _as_dict(day, team_id, day_plan.n_iterations, plan.municipality)
            for day in day_plan.days
        ]
        answer = day_dicts[0] if len(day_dicts) == 1 else {"days": day_dicts}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for day in day_plan.days:
        _report_headline(day)
        _report_what_bends(day)
    if csv_path is not None:
        click.echo(f"Alla stopp: {csv_path}")
    else:
        click.echo("Hela dagen, stopp för stopp: --out FIL")


def _report_headline(day_plan: LateDay) -> None:
    """The day in one line: how many, and how many of them bend."""
    n_visits = sum(stop.kind == "visit" for stop in day_plan.stops)
    parts = [f"{n_visits} besök planerade", f"{len(_late_visits(day_plan))} sena"]
    if day_plan.overtime_s:
        parts.append(f"{len(day_plan.overtime_s)} slutar efter sitt pass")
    if day_plan.missed_breaks:
        parts.append(f"{len(day_plan.missed_breaks)} utan rast")
    if day_plan.unplanned:
        parts.append(f"{len(day_plan.unplanned)} utan personal")
    click.echo(f"\n{day_plan.date.isoformat()}: {', '.join(parts)}.")


def _late_visits(day_plan: LateDay) -> list[DayStop]:
    """The visits that begin late, the latest first; meetings and other blocks phone nobody."""
    late = [stop for stop in day_plan.late if stop.kind == "visit"]
    return sorted(late, key=lambda stop: (-stop.late_s, stop.start_s, stop.visit_id))


def _report_what_bends(day_plan: LateDay) -> None:
    """Whom to phone, who stays on, who has no break, and who gets nobody."""
    from data.units import clock

    for stop in _late_visits(day_plan):
        click.echo(
            f"{plain(stop.visit_id)} ({plain(stop.client_id)}) av {plain(stop.staff_id)} "
            f"kl {clock(stop.start_s)}: {minutes_up(stop.late_s)} min sent. Ring brukaren."
        )
    for staff_id, over_s in sorted(day_plan.overtime_s.items()):
        click.echo(f"{plain(staff_id)} slutar {minutes_up(over_s)} min efter passet.")
    for staff_id in day_plan.missed_breaks:
        click.echo(f"{plain(staff_id)} får ingen rast i tid. Det här får inte bli vardag.")
    for row in day_plan.unplanned:
        click.echo(f"{plain(row.visit_id)} är utan personal: {plain(row.reason)}.")


def _as_dict(
    day_plan: LateDay, team_id: str, n_iterations: int, municipality: Municipality
) -> dict[str, object]:
    """The day for other programs, which hold no more than the list does."""
    from data.care.hidden import hidden_clients, may_show

    visible = may_show(municipality)
    bends: dict[str, object] = {
        "overtime_min": {
            staff_id: minutes_up(over_s) for staff_id, over_s in sorted(day_plan.overtime_s.items())
        },
        "missed_breaks": list(day_plan.missed_breaks),
    }
    if hidden_clients(municipality):  # how far a round reaches is told of no carer
        bends = {
            "n_overtime": len(day_plan.overtime_s), "n_missed_breaks": len(day_plan.missed_breaks),
        }  # fmt: skip
    return {
        "date": day_plan.date.isoformat(),
        "team_id": team_id,
        "stops": [
            dict(zip(HEADER, row, strict=True)) for row in _rows(_shown(day_plan, municipality))
        ],
        "late": [stop.visit_id for stop in _visible(day_plan.late, municipality)],
        **bends,
        "unplanned": {
            row.visit_id: row.reason for row in day_plan.unplanned if row.client_id in visible
        },
        "n_iterations": n_iterations,
    }  # fmt: skip


def _rows(stops: Sequence[DayStop]) -> list[tuple[str | int, ...]]:
    from data.units import clock_exact

    return [
        (
            stop.staff_id,
            stop.seq,
            stop.kind,
            stop.visit_id,
            stop.client_id,
            stop.carer_no,
            clock_exact(stop.start_s),
            clock_exact(stop.end_s),
            stop.late_s,
        )
        for stop in stops
    ]


def _visible(stops: Sequence[DayStop], municipality: Municipality) -> list[DayStop]:
    """Stops at no client, or at one who may be shown."""
    from data.care.hidden import may_show

    visible = may_show(municipality)
    return [stop for stop in stops if not stop.client_id or stop.client_id in visible]


def _shown(day: LateDay, municipality: Municipality) -> list[DayStop]:
    """A day's stops as others may see them: no hidden client, and slots where there is one."""
    from data.care.hidden import COARSE_S, hidden_clients, is_coarse, slot

    seen = _visible(day.stops, municipality)
    if is_coarse(municipality):
        numbers: Counter[str] = Counter()
        for seq, stop in enumerate(seen):
            numbers[stop.staff_id] += 1
            begin_s = slot(stop.start_s)
            seen[seq] = replace(
                stop, seq=numbers[stop.staff_id], start_s=begin_s, end_s=begin_s + COARSE_S,
                late_s=-(-stop.late_s // COARSE_S) * COARSE_S,
            )  # fmt: skip
    if hidden_clients(municipality):  # no shared file tells which carer makes which visit
        visits = sorted(
            (stop for stop in seen if stop.client_id),
            key=lambda stop: (stop.start_s, stop.visit_id, stop.carer_no),
        )
        seen = [replace(stop, staff_id="", seq=seq) for seq, stop in enumerate(visits, 1)]
    return seen
