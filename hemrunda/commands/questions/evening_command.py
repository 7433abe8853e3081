"""``hemrunda ask evening``: the evening for whoever is on call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from hemrunda.workfolder.plan_folder import PlanFolder, with_plan

if TYPE_CHECKING:
    from collections.abc import Collection

    from maps.common.html_parts import Part
    from routing.answers.on_call import OnCall

FILE_NAME = "jour.html"


@click.command("evening", epilog="Exempel:  hemrunda ask evening out --day 2026-03-02 --from 17:00")
@with_plan
@click.option(
    "--day",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=None,
    help="Dag, ÅÅÅÅ-MM-DD.  [annars planens första]",
)
@click.option("--from", "since", default="17:00", show_default=True, help="Klockslag, t.ex. 17:00.")
def command(plan_folder: PlanFolder, day: dt.datetime | None, since: str) -> None:
    """Visa jourens kväll: vilka som arbetar, var det finns plats, vad som måste göras.

    Skriver en sida i planens mapp. Sätt in ett nytt besök med hemrunda mend --new-visit.
    """
    from data.care.hidden import is_coarse, may_show
    from data.errors import SettingsError
    from data.store import adding
    from data.store.outputs import PRIVATE
    from data.tables.schema.clock_times import clock_s
    from maps.common.plain_page import parts_page
    from routing.answers.on_call import on_call
    from routing.check.view import see

    plan = plan_folder.open()
    chosen = day.date() if day else plan.round_plan.dates[0]
    try:
        from_s = clock_s(since)
    except ValueError as error:
        raise SettingsError("--from ska vara ett klockslag, t.ex. 17:00.") from error
    view = see(plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.round_plan)
    on_call_now = on_call(view, chosen, from_s)
    parts = page_parts(on_call_now, may_show(plan.municipality))
    title = f"Jour {chosen.isoformat()} från {since}"
    page = parts_page(
        parts, title, plan.municipality.name, plan.plan_id, plan.config.general.language
    )
    with adding(plan_folder.folder) as staged:
        # Exact times around a hidden stop would tell where it is.
        place = staged / PRIVATE if is_coarse(plan.municipality) else staged
        place.mkdir(exist_ok=True)
        (place / FILE_NAME).write_text(page, encoding="utf-8")
        name = (place / FILE_NAME).relative_to(staged)
    click.echo(
        f"{len(on_call_now.on_duty)} i tjänst, {len(on_call_now.gaps)} luckor, "
        f"{len(on_call_now.must)} besök som "
        f"måste göras, {len(on_call_now.unplanned)} oplanerade."
    )
    click.echo(f"  {plan_folder.folder / name}")


def page_parts(on_call_now: OnCall, shown: Collection[str]) -> list[Part]:
    """Who is at work, where there is room, what must be done, what nobody makes."""
    from data.units import clock
    from maps.common.html_parts import Heading, Table, Text

    def who(client_id: str) -> str:
        return client_id if client_id in shown else "–"

    duty = tuple(
        (on_call.staff_id, on_call.area_id, on_call.team_id or "–",
         f"{clock(on_call.start_s)}–{clock(on_call.end_s)}",
         str(on_call.n_left),
         f"{who(on_call.next_client)} {clock(on_call.next_s)}"
         if on_call.next_s is not None else "–")
        for on_call in on_call_now.on_duty
    )  # fmt: skip
    gaps = tuple(
        (f"{clock(gap.start_s)}–{clock(gap.end_s)}", gap.staff_id, gap.area_id,
         who(gap.after), who(gap.before), ", ".join(gap.skills) or "–")
        for gap in on_call_now.gaps
    )  # fmt: skip
    must = tuple(
        (clock(row.start_s), row.staff_id, who(row.client_id), row.visit_id)
        for row in on_call_now.must
        if row.client_id in shown
    )
    return [
        Text("Luckorna är tiden mellan två saker; vägen till och från den nya platsen tas ur dem."),
        Heading("I tjänst"),
        Table(("Personal", "Område", "Lag", "Pass", "Besök kvar", "Nästa"), duty,
              (0.15, 0.15, 0.15, 0.2, 0.15, 0.2), 6),
        Heading("Luckor"),
        Table(("När", "Personal", "Område", "Efter", "Före", "Delegeringar"), gaps,
              (0.16, 0.12, 0.12, 0.12, 0.12, 0.36), 6),
        Heading("Får inte utebli"),
        Table(("Klockan", "Personal", "Brukare", "Besök"), must, (0.2, 0.25, 0.25, 0.3), 4),
        Text(f"Oplanerade den dagen: {len(on_call_now.unplanned)}."),
    ]  # fmt: skip
