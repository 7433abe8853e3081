"""``hemrunda ask deadlines``: what waits to be seen to, and until when."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import click

from hemrunda.options import json_option
from hemrunda.workfolder.plan_folder import PlanFolder, with_plan

MOST_SHOWN = 20


@click.command("deadlines", epilog="Exempel:  hemrunda ask deadlines out --today 2026-12-01")
@with_plan
@click.option(
    "--today",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=None,
    help="Dagen att räkna från, ÅÅÅÅ-MM-DD.  [annars i dag]",
)
@click.option(
    "--ahead",
    type=click.IntRange(0, 366),
    default=None,
    help="Hur många dagar framåt.  [annars [deadlines] ahead_days, 30]",
)
@json_option
def command(plan_folder: PlanFolder, today: dt.datetime | None, ahead: int | None, as_json: bool
            ) -> None:  # fmt: skip
    """Visa vad som väntar: kontakter, samtal, starter, beslut och delegeringar som upphör.

    Skriver listan som sida, tabell och kalender i planens mapp. Öppna deadlines.html först.
    """
    from data.care.hidden import may_show, shown_municipality
    from data.store import adding
    from hemrunda.console import show_pairs
    from hemrunda.speech.messages import localised
    from hemrunda.writing.deadline_files import rows_of, write_deadlines
    from routing.answers.deadlines import ending_load, waiting

    plan = plan_folder.open()
    day = dt.date.today() if today is None else today.date()
    rules = plan.config.rules.deadlines
    rules = rules if ahead is None else replace(rules, ahead_days=ahead)
    shown = may_show(plan.municipality)
    items = [
        item
        for item in waiting(plan.municipality, plan.team_plan, plan.round_plan, rules, day)
        if not item.client_id or item.client_id in shown
    ]
    ending = ending_load(shown_municipality(plan.municipality), day)
    team_of = plan.team_plan.team_of_client
    with adding(plan_folder.folder) as staged:
        made = write_deadlines(
            staged, items, ending, team_of=team_of, today=day, name=plan.municipality.name,
            language=plan.config.general.language,
        )  # fmt: skip
        names = [path.name for path in made]
    rows = rows_of(items, team_of, day)
    if as_json:
        keys = ("due", "days_left", "what", "client", "team", "staff", "visit", "state")
        listed = [dict(zip(keys, row, strict=True)) for row in rows]
        click.echo(json.dumps({"waiting": listed, "files": names}, ensure_ascii=False, indent=2))
        return
    lines = [
        (
            row[0],
            " ".join(filter(None, (localised(row[2]) + ":", row[3], row[5], localised(row[7])))),
        )
        for row in rows[:MOST_SHOWN]
    ]
    show_pairs(f"Väntar: {len(rows)}", lines or [("–", localised("ingenting", with_words=True))])
    for name in names:
        click.echo(f"  {plan_folder.folder / name}")
