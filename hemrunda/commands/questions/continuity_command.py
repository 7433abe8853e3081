"""``hemrunda write continuity``: who meets whom over two weeks, contact cards and binder pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.workfolder.plan_folder import open_plan, plan_options


@click.command("continuity", epilog="Exempel:  hemrunda write continuity out --binder P0007")
@plan_options
@click.option("--cards", "team_id", default=None, help="Skriv kontaktkort för ett arbetslag (id).")
@click.option("--binder", "staff_id", default=None, help="Skriv pärmsidan för en medarbetare (id).")
@click.option(
    "--visits",
    "client_id",
    default=None,
    help="Skriv kontaktens nästa besök hos en brukare (id) som kalender.",
)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    team_id: str | None,
    staff_id: str | None,
    client_id: str | None,
) -> None:
    """Visa brukare × medarbetare över 14 dagar; skriv kontaktkort och pärmsidor."""
    from data.care.hidden import hidden_clients
    from data.errors import SettingsError
    from data.store import adding
    from data.store.outputs import PRIVATE
    from hemrunda.writing.plan_files_out import write_index_page
    from maps import write_binder_page, write_continuity

    plan = open_plan(folder, source, network_path, config_path)
    language = plan.config.general.language
    stamp = f"{dt.date.today().isoformat()} · {plan.plan_id}"
    with adding(folder) as staged:
        # Who meets whom, and when a contact comes, would tell the rounds of a plan that hides
        # somebody (C7).
        place = staged / PRIVATE if hidden_clients(plan.municipality) else staged
        maps, staff = place / "maps", place / "staff"
        written = [maps / "continuity.html"]
        write_continuity(
            written[0], municipality=plan.municipality, team_plan=plan.team_plan,
            round_plan=plan.round_plan, profile="manager", plan_id=plan.plan_id,
            ceiling_pct=plan.contact_ceiling_pct, language=language,
        )  # fmt: skip
        if team_id is not None:
            written.append(staged / "staff" / f"kontaktkort-{len(written)}.pdf")
            _write_cards(written[-1], plan, team_id, stamp)
        if staff_id is not None:
            if staff_id not in plan.municipality.staff_by_id:
                raise SettingsError(f"Medarbetaren {staff_id} finns inte i planen.")
            written.append(staged / "staff" / f"parm-{len(written)}.pdf")
            write_binder_page(
                written[-1],
                municipality=plan.municipality,
                round_plan=plan.round_plan,
                staff_id=staff_id,
                stamp=stamp,
                language=language,
            )
        if client_id is not None:
            written.append(staff / f"kontaktbesok-{len(written)}.ics")
            _write_visits(written[-1], plan, client_id)
        write_index_page(staged, plan, None, folder)
        names = [path.relative_to(staged) for path in written]
    for name in names:
        click.echo(folder / name)


def _write_cards(path: Path, plan: PlanContext, team_id: str, stamp: str) -> None:
    """Write the cards of a team's clients.

    A protected client has none (C7), and is not told of: a fault would tell that there is one.
    """
    from data.errors import SettingsError
    from maps import write_contact_cards

    if team_id not in plan.team_plan.team_by_id:
        raise SettingsError(f"Arbetslaget {team_id} finns inte i planen.")
    write_contact_cards(
        path,
        municipality=plan.municipality,
        team_plan=plan.team_plan,
        client_ids=plan.shown.team_plan.team_by_id[team_id].client_ids,
        stamp=stamp,
        language=plan.config.general.language,
    )


def _write_visits(path: Path, plan: PlanContext, client_id: str) -> None:
    """Write the contact's next visits at a client as a calendar (NO-28)."""
    from data.errors import SettingsError
    from maps import write_next_contact_visits

    client = plan.municipality.client_by_id.get(client_id)
    if client is None or client.protected:
        raise SettingsError("Brukaren finns inte i planen, eller har skyddade uppgifter.")
    write_next_contact_visits(
        path,
        municipality=plan.municipality,
        team_plan=plan.team_plan,
        round_plan=plan.round_plan,
        client_id=client_id,
        language=plan.config.general.language,
    )
