"""``hemrunda mend``: mend a plan after the morning's news, with as few changes as can be."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hemrunda.options import (
    default_workers,
    iterations_option,
    json_option,
    map_days_option,
    replay_option,
    seed_option,
    time_option,
    to_option,
    workers_option,
)
from hemrunda.workfolder.plan_folder import hold_folder, open_plan, plan_options, refuse_if_replaced

if TYPE_CHECKING:
    from data.model import Municipality
    from hemrunda.workfolder.disruptions import Disruptions
    from hemrunda.workfolder.plan_context import PlanContext
    from routing.answers.plan_changes import VisitChange

MOST_SHOWN: Final = 30
"""Nobody is phoned about less."""
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(
    "replan", epilog="Exempel:  hemrunda mend out --from 2026-03-04 --sick P0012 --out idag"
)
@plan_options
@to_option("Mapp för den lagade planen (får vara samma mapp).")
@click.option(
    "--from",
    "first",
    type=_DAY,
    default=None,
    help="Första dag som får ändras, ÅÅÅÅ-MM-DD.  [annars planens första]",
)
@click.option(
    "--until",
    "last",
    type=_DAY,
    default=None,
    help="Sista dag som nyheterna nedan gäller.  [annars samma som --from]",
)
@click.option("--sick", multiple=True, help="Personal som är sjuk (id). Kan upprepas.")
@click.option("--away", multiple=True, help="Brukare på sjukhus eller borta (id). Kan upprepas.")
@click.option(
    "--home",
    multiple=True,
    help="Brukare som är hemma igen före uppehållets slut (id). Kan upprepas.",
)
@click.option("--extra", multiple=True, help="Ett pass till: P0042,07:00-15:00. Kan upprepas.")
@click.option(
    "--new-client",
    "new_clients",
    multiple=True,
    help="Ny brukare: B9001,Storgatan 4 eller B9001,E,N; vad hon får: --new-visit. Kan upprepas.",
)
@click.option(
    "--new-visit",
    "new_visits",
    multiple=True,
    help="Nytt besök: B0017,lunch,30,11:00-13:00 och vid behov ,läkemedel. Kan upprepas.",
)
@click.option("--cancel", multiple=True, help="Besök som avbokas (id). Kan upprepas.")
@click.option("--shorten", multiple=True, help="Besök som blir kortare: V0123,20. Kan upprepas.")
@seed_option
@workers_option
@iterations_option
@time_option
@replay_option
@map_days_option
@json_option
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    target: Path,
    first: dt.datetime | None,
    last: dt.datetime | None,
    sick: tuple[str, ...],
    away: tuple[str, ...],
    home: tuple[str, ...],
    extra: tuple[str, ...],
    new_clients: tuple[str, ...],
    new_visits: tuple[str, ...],
    cancel: tuple[str, ...],
    shorten: tuple[str, ...],
    seed: int,
    workers: int | None,
    iterations: int | None,
    seconds: float | None,
    replay_folder: Path | None,
    map_days: int,
    as_json: bool,
) -> None:
    """Laga planen efter morgonens nyheter, med så få ändringar som möjligt.

    Nyheterna skrivs här (--sick, --away, --home, --extra, --new-client, --new-visit, --cancel,
    --shorten) eller i tabellerna (--input med de ändrade tabellerna). Bara dagar där något inte
    längre går ihop planeras om; allt annat står kvar rad för rad. Vem som får annan personal eller
    annan tid står på skärmen och i changes.csv. Den som är hemma igen får samma personal och tid
    som före uppehållet, där tiden är ledig. Låsningar, beslut och alla regler gäller som förut. En
    ändrad Omsorgskontakt, Vice eller Arbetslag i brukartabellen är ett beslut: det hålls, eller så
    nämns regeln som hindrar.
    """
    from hemrunda.console import progress_bar, show_receipt
    from hemrunda.effort import Effort
    from hemrunda.mending import mend
    from hemrunda.pipeline import SHARES
    from hemrunda.replay import as_in, note_on_replay
    from hemrunda.stages import Stages, shares_of
    from hemrunda.workfolder.disruptions import Disruptions
    from hemrunda.workfolder.plan_folder import settings_of
    from hemrunda.workfolder.remembered import network_of

    hold_folder(target)
    opened = open_plan(folder, source, network_path, config_path)
    if source is not None and not as_json:
        show_receipt(opened.receipt)
    since = first.date() if first else None
    days = _days(opened.round_plan.dates, since, last.date() if last else None)
    disruptions = Disruptions(
        days, sick, away, extra, new_visits, home=home, cancelled=cancel, shortened=shorten
    )
    plan, sentences = _after(opened, disruptions, new_clients)
    effort = Effort(
        seed=seed, workers=workers or default_workers(), n_iterations=iterations,
        time_limit_s=seconds, dates=plan.round_plan.dates, map_days=map_days,
    )  # fmt: skip
    effort = as_in(effort, replay_folder)
    beside = _beside(folder, target, opened.plan_id, network_path or network_of(folder),
                     config_path or settings_of(folder, source))  # fmt: skip
    with progress_bar(quiet=as_json) as progress:
        stages = Stages(progress, shares_of(SHARES, "rounds", "check", "files"))
        outcome, changes = mend(plan, since, effort, target, stages, len(sentences), beside)
    for note in note_on_replay(outcome, replay_folder):
        click.echo(note, err=True)
    notes = [*sentences, *outcome.notes]
    _print_mended(as_json, notes, changes, outcome.summary, target, plan)


def _after(
    plan: PlanContext, disruptions: Disruptions, new_clients: Sequence[str]
) -> tuple[PlanContext, list[str]]:
    """The plan over tables that hold the news, and what they are in words."""
    from hemrunda.commands.planning.new_clients import with_new_clients
    from hemrunda.mending import with_stand_ins
    from hemrunda.workfolder.disruptions import beyond_service, with_disruptions

    plan, who = with_new_clients(
        plan, new_clients, beyond_service(disruptions), disruptions.days[0]
    )
    town, sentences = with_disruptions(plan.municipality, disruptions)
    rounds = with_stand_ins(plan.round_plan, plan.municipality, disruptions)
    return replace(plan, municipality=town, round_plan=rounds), [*who, *sentences]


def _beside(
    folder: Path, target: Path, read_id: str, streets: Path | None, settings: Path | None
) -> Callable[[Path], None]:
    """What writes streets and settings beside the plan, if it is still the one that was read."""
    from hemrunda.mending import keep_beside

    def write(staged: Path) -> None:
        refuse_if_replaced(folder, target, read_id)
        keep_beside(staged, target, streets or folder / "network", settings)

    return write


def _days(
    dates: Sequence[dt.date], since: dt.date | None, until: dt.date | None
) -> tuple[dt.date, ...]:
    """The days of the news; refused where they lie outside the plan."""
    from data.errors import SettingsError

    begin = since or dates[0]
    end = until or begin
    if begin > end or begin > dates[-1] or begin < dates[0]:
        raise SettingsError(
            f"Planen gäller {dates[0]} – {dates[-1]}; --from och --until i ordning."
        )
    return tuple(begin + dt.timedelta(i) for i in range((end - begin).days + 1))


def _as_dict(
    sentences: Sequence[str], changes: Sequence[VisitChange], municipality: Municipality
) -> dict[str, object]:
    """The news and the changes for other programs, which are told no more than `changes.csv` is.

    While anybody is protected: how many changes there are, and in which private file.
    """
    from data.care.hidden import COARSE_S, hidden_clients, is_coarse, may_show, without_hidden
    from hemrunda.writing.change_files import FILE_NAME, moved_s

    shown_sentences = without_hidden(sentences, municipality)
    if hidden_clients(municipality):
        return {
            "news": shown_sentences,
            "n_changes": len(changes),
            "changes_in": f"private/{FILE_NAME}",
        }
    step_s, visible = COARSE_S if is_coarse(municipality) else 1, may_show(municipality)
    shown = [
        {
            "change": change.kind, "date": change.date.isoformat(), "visit_id": change.visit_id,
            "client_id": change.client_id, "carer_no": change.carer_no,
            "staff_before": change.staff_before, "staff_after": change.staff_after,
            "moved_s": moved_s(change, step_s),
        }
        for change in changes
        if change.client_id in visible
    ]  # fmt: skip
    return {"news": shown_sentences, "n_changes": len(changes), "changes": shown}


def _print_mended(
    as_json: bool,
    sentences: Sequence[str],
    changes: Sequence[VisitChange],
    summary: Sequence[tuple[str, str]],
    target: Path,
    plan: PlanContext,
) -> None:
    """Print the answer for other programs, or for the planner."""
    if not as_json:
        _report(sentences, changes, summary, target)
        return
    answer = {
        "out": str(target), **_as_dict(sentences, changes, plan.municipality),
        "summary": dict(summary), "receipt": plan.receipt.as_list(),
    }  # fmt: skip
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _report(
    sentences: Sequence[str],
    changes: Sequence[VisitChange],
    summary: Sequence[tuple[str, str]],
    target: Path,
) -> None:
    """Print the news, whom to phone, and the summary: for the planner's own eyes."""
    from data.plans import SMALL_MOVE_S
    from hemrunda.console import plain, show_pairs
    from hemrunda.speech.messages import localised
    from hemrunda.writing.change_files import FILE_NAME
    from routing.answers.change_groups import change_groups
    from routing.answers.plan_changes import summary_sv

    for line in sentences:
        click.echo(plain(localised(line, with_words=True)))
    click.echo(f"\n{localised(summary_sv(changes), with_words=True)}")
    groups, n_small = change_groups(changes)
    for group in groups:
        click.echo(f"\n{localised(group.title)} ({group.n_changes})")
        for line in group.lines[:MOST_SHOWN]:
            click.echo(f"  {plain(localised(line, with_words=True))}")
        if len(group.lines) > MOST_SHOWN:
            click.echo(f"  … och {len(group.lines) - MOST_SHOWN} rader till")
    if n_small:
        click.echo(
            f"\n{n_small} {'tid' if n_small == 1 else 'tider'} flyttas mindre än "
            f"{SMALL_MOVE_S // 60} min, hos samma personal"
        )
    click.echo()
    show_pairs("Planen i korthet", summary)
    click.echo(f"Alla ändringar: {target / 'private' / FILE_NAME}")
