"""``hemrunda write sheets``: paper, phone page, GPX and calendar for each carer's round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import click

from hemrunda.options import to_option
from hemrunda.speech.spoken import Words
from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.workfolder.plan_folder import open_plan, plan_options

PART = Words({"day": "dag", "evening": "kväll", "night": "natt"})
DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command("sheets", epilog="Exempel:  hemrunda write sheets out --day 2026-03-02 --out rundor")
@plan_options
@click.option("--day", type=DATE, default=None, help="Dag, ÅÅÅÅ-MM-DD.  [annars planens första]")
@click.option("--part", type=PART, default=None, help="Bara ett pass.")
@click.option("--staff", "staff_id", default=None, help="Bara en medarbetare (id).")
@click.option("--team", "team_id", default=None, help="Ett blad för ett helt arbetslag i stället.")
@click.option(
    "--phone-on-delay",
    "phone_on_delay",
    multiple=True,
    metavar="BRUKARE",
    help="Brukare (id) som vill bli uppringd vid försening; kan upprepas.",
)
@click.option(
    "--sealed",
    "is_sealed",
    is_flag=True,
    help="Bara en lösenfras öppnar mobilsidan: en för varje medarbetare, som visas en gång.",
)
@click.option(
    "--own-passphrase",
    "is_own",
    is_flag=True,
    help="Fråga efter en egen lösenfras för alla blad i stället för att göra en för var och en.",
)
@to_option("Mapp att skriva i.  [annars MAPP/staff]", is_required=False)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    day: dt.datetime | None,
    part: str | None,
    staff_id: str | None,
    team_id: str | None,
    phone_on_delay: tuple[str, ...],
    is_sealed: bool,
    is_own: bool,
    target: Path | None,
) -> None:
    """Skriv rundblad: A4 (PDF), mobilsida, GPX och kalender för varje medarbetares pass.

    Bladen visar bara den egna rundan, med ankomst i intervall, inte minuter.
    """
    from data.errors import SettingsError
    from data.store import adding
    from hemrunda.writing.plan_files_out import write_index_page
    from maps.files.staff_sheets import write_staff_sheets

    made: dict[str, str] = {}
    passphrase = _passphrase(made, is_sealed=is_sealed, is_own=is_own)
    plan = open_plan(folder, source, network_path, config_path)
    wanted = day.date() if day else plan.round_plan.dates[0]
    if wanted not in plan.round_plan.dates:
        first, last = plan.round_plan.dates[0], plan.round_plan.dates[-1]
        raise SettingsError(f"Planen gäller {first}–{last}; {wanted} är inte med.")
    if set(phone_on_delay) - set(plan.municipality.client_by_id):
        raise SettingsError("En brukare under --phone-on-delay finns inte i planen.")
    if team_id is not None:
        _team_sheet(plan, folder, target, team_id, wanted)
        return
    with adding(target or folder) as staged:
        paths = write_staff_sheets(
            staged if target else staged / "staff",
            municipality=plan.municipality,
            team_plan=plan.team_plan,
            round_plan=plan.round_plan,
            network=plan.network,
            leg_path=plan.engine.leg_path,
            day=wanted,
            plan_id=plan.plan_id,
            part=part,
            staff_id=staff_id,
            phone_on_delay=phone_on_delay,
            passphrase=passphrase,
            planner_phone=plan.config.general.whom_to_phone,
            late_advice=plan.config.general.late_advice,
            language=plan.config.general.language,
        )
        if not paths:
            raise SettingsError(f"Ingen runda {wanted} passar det som valdes; inget skrevs.")
        if target is None:
            write_index_page(staged, plan, None, folder)
    click.echo(f"{len(paths)} filer i {target or folder / 'staff'}")
    _report(made, is_sealed=passphrase is not None)


def _team_sheet(
    plan: PlanContext, folder: Path, target: Path | None, team_id: str, day: dt.date
) -> None:
    """Write one sheet for the whole team's day, with what has changed since the plan before.

    Raises
    ------
    SettingsError
        Where the plan has no such team.
    """
    from data.care.hidden import is_coarse
    from data.errors import SettingsError
    from data.store import adding
    from data.tables.out.headings import read_shared
    from hemrunda.writing.change_files import FILE_NAME
    from hemrunda.writing.plan_files_out import write_index_page
    from maps.common.sanitising import slug
    from maps.paper.team_sheet import write_team_sheet

    if team_id not in plan.team_plan.team_by_id:
        raise SettingsError(f"Arbetslaget finns inte. Planen har {', '.join(_teams(plan))}.")
    # All of them, to the minute; beside it only what may be shown of a plan that hides nobody.
    known = folder / "private" / FILE_NAME
    changes = read_shared(known.read_text("utf-8-sig")) if known.is_file() else []
    name = f"{day.isoformat()}-lag-{slug(team_id)}.html"
    # Whole rounds tell where a hidden client lives: kept apart, unless a place was named.
    inside = "private" if is_coarse(plan.municipality) else "staff"
    with adding(target or folder) as staged:
        write_team_sheet(
            (staged if target else staged / inside) / name,
            municipality=plan.municipality,
            team_plan=plan.team_plan,
            round_plan=plan.round_plan,
            team_id=team_id,
            day=day,
            plan_id=plan.plan_id,
            changes=changes,
            language=plan.config.general.language,
        )
        if target is None:
            write_index_page(staged, plan, None, folder)
    click.echo(f"{(target or folder / inside) / name}")


def _teams(plan: PlanContext) -> list[str]:
    return sorted(plan.team_plan.team_by_id)


def _passphrase(
    made: dict[str, str], *, is_sealed: bool, is_own: bool
) -> Callable[[str], str] | str | None:
    """One passphrase asked for, or what makes one for each carer and keeps it in ``made``."""
    from maps.files.passphrases import make_passphrase, refuse_weak

    if is_own:
        asked: str = click.prompt(
            "Lösenfras (minst 12 tecken)",
            hide_input=True,
            err=True,
            confirmation_prompt="Samma lösenfras en gång till",
        )
        refuse_weak(asked)
        return asked
    return (lambda who: made.setdefault(who, make_passphrase())) if is_sealed else None


def _report(made: dict[str, str], *, is_sealed: bool) -> None:
    for who, phrase in sorted(made.items()):
        click.echo(f"{who}: {phrase}")
    if made:
        click.echo("Lösenfraserna sparas inte. Lämna var och en sin, skild från sidan.")
    if is_sealed:
        click.echo("Lösenfrasen öppnar bara mobilsidorna. PDF, GPX och kalender är olåsta.")
