"""``hemrunda ask contact``, ``contacts``, ``burden``: who could be one, who has too much."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.options import csv_option, dates_of, decision_options
from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.workfolder.plan_folder import PlanFolder, with_plan

if TYPE_CHECKING:
    from partition.contacts.contact_load import ContactLoad


@click.group("contacts")
def command() -> None:
    """Fast omsorgskontakt: vilka som kan, vem som har för mycket, och hur långt schemat räcker."""


@command.command("candidates", epilog="Exempel:  hemrunda ask contact out B0017")
@with_plan
@click.argument("client_id", metavar="BRUKARE")
@click.option("--most", type=click.IntRange(1, 100), default=8, show_default=True, help="Antal.")
def candidates(
    plan_folder: PlanFolder,
    client_id: str,
    most: int,
) -> None:
    """Rangordna medarbetare som kontakt för en brukare.

    Ordningen: får hon, lediga minuter, når schemat målet, dag, extra resväg, samma arbetslag,
    önskemål. Välj med: hemrunda decide contact.
    """
    from data.errors import SettingsError
    from data.units import number_text
    from hemrunda.console import plain
    from partition import contact_candidates

    plan = plan_folder.open()
    if client_id not in plan.team_plan.team_of_client:
        raise SettingsError(f"Brukaren {client_id} finns inte i planen.")
    ranked = contact_candidates(
        plan.municipality,
        plan.team_plan,
        plan.travel,
        plan.config.rules,
        client_id,
        mode=plan.config.general.mode,
    )
    now = plan.team_plan.contact.get(client_id, "")
    rows = [
        (
            f"{number}. {candidate.staff_id}",
            "kan inte" if not candidate.is_possible
            else str(max(0, plan.config.rules.contacts.clients_max - candidate.n_clients)),
            number_text(candidate.free_min_week),
            number_text(candidate.extra_travel_s / 60),
            number_text(candidate.ceiling_pct),
            "; ".join(
                (*(["kontakt nu"] if candidate.staff_id == now else []), *candidate.why)
            ),
        )
        for number, candidate in enumerate(ranked[:most], 1)
    ]  # fmt: skip
    for line in _aligned(("Kandidat", "Platser kvar", "Min/v kvar", "Min bort", "Tak %", "Varför"),
                         rows):  # fmt: skip
        click.echo(plain(line))


def _aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table for a terminal: the first and last columns to the left, figures to the right."""
    from hemrunda.speech.messages import localised

    shown = [[localised(cell, with_words=True) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in shown) for i in range(len(header))]
    last = len(header) - 1
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell if i == last else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in shown
    ]


@command.command(
    "choose", epilog="Exempel:  hemrunda decide contact out B0017 P0012 --by planerare"
)
@with_plan
@click.argument("client_id", metavar="BRUKARE")
@click.argument("staff_id", metavar="PERSONAL")
@click.option("--vice", "is_vice", is_flag=True, help="Som vice i stället för kontakt.")
@decision_options
def choose(
    plan_folder: PlanFolder,
    client_id: str,
    staff_id: str,
    is_vice: bool,
    by: str,
    since: dt.datetime | None,
    until: dt.datetime | None,
) -> None:
    """Besluta vem som är en brukares kontakt eller vice; en regel som hindrar nämns.

    Beslutet läggs till i beslut.csv bredvid indata och gäller i varje plan därefter. Rundorna
    ändras av: hemrunda mend (bara det som måste) eller hemrunda mend rounds.
    """
    from data.model import Decision
    from hemrunda.workfolder.decisions_kept import accept

    accept(
        plan_folder,
        Decision(
            "vice" if is_vice else "contact",
            client_id,
            staff_id=staff_id,
            **dates_of(by, since, until),
        ),
    )


LIST_COLUMNS = (
    "client_id",
    "team_id",
    "contact_id",
    "vice_id",
    "evening_vice_id",
    "next_cover_id",
    "target_pct",
    "ceiling_pct",
    "without_contact",
)


@command.command("list", epilog="Exempel:  hemrunda ask contacts out --out kontakter.csv")
@with_plan
@click.option("--team", "team_id", default=None, help="Bara detta lag.")
@csv_option("Skriv tabellen som CSV.")
@click.option(
    "--exceptions",
    "wants_exceptions",
    is_flag=True,
    help="I stället: vad kontakten inte gör av det som inte är dagligt, och varför.",
)
def list_contacts(
    plan_folder: PlanFolder, team_id: str | None, csv_path: Path | None, *, wants_exceptions: bool
) -> None:
    """Visa varje brukares kontakt, vice och nästa ersättare, med mål och schemats tak.

    Taket är den största andel av brukarens besök som kontakten kan göra med sitt schema. Ett mål
    över taket nås inte av någon planering. Brukare med skyddade uppgifter står inte med.
    """
    from data.errors import SettingsError
    from partition import next_covers, roster_ceiling

    plan = plan_folder.open()
    known = plan.team_plan.team_by_id
    if team_id is not None and team_id not in known:
        raise SettingsError(f"Laget {team_id} finns inte. Lagen är {', '.join(known)}.")
    if wants_exceptions:
        _exceptions(plan, csv_path)
        return
    rules = plan.config.rules.contacts
    ceiling = roster_ceiling(plan.municipality, plan.team_plan, plan.travel)
    cover = next_covers(plan.municipality, plan.team_plan, cover_model=rules.cover_model)
    rows = []
    for client_id, team in sorted(plan.team_plan.team_of_client.items()):
        client = plan.municipality.client_by_id[client_id]
        if client.protected or not client.needs_contact or team_id not in (None, team):
            continue
        rows.append(
            (
                client_id,
                team,
                plan.team_plan.contact.get(client_id, ""),
                plan.team_plan.vice.get(client_id, ""),
                plan.team_plan.evening_vice.get(client_id, ""),
                cover.get(client_id, ""),
                rules.share_target_pct,
                ceiling.get(client_id),
                plan.team_plan.without_contact.get(client_id, ""),
            )
        )
    click.echo("Brukare   Lag   Kontakt  Vice     Kväll    Sedan    Mål %  Tak %")
    for client_id, team, *people, target, most, why in rows:
        share = "–" if most is None else f"{most:.0f}"
        below = "  under målet" if most is not None and most < target else ""
        named = " ".join(f"{who or '–':<8}" for who in people)
        reason = f"  {why}" if why else ""
        click.echo(f"{client_id:<9} {team:<5} {named} {target:>5}  {share:>5}{below}{reason}")
    n_below = sum(row[-2] is not None and row[-2] < row[-3] for row in rows)
    click.echo(f"{n_below} av {len(rows)} brukare har ett tak under målet: schemat räcker inte.")
    if csv_path is not None:
        from data.store import write_named_table

        cells = [["" if c is None else c for c in row] for row in rows]
        write_named_table(csv_path, LIST_COLUMNS, cells, plan.config.headers)
        click.echo(f"Tabell: {csv_path}")


def _exceptions(plan: PlanContext, path: Path | None) -> None:
    """Tell what is not daily and not the contact's, each with why, in sum and as a table."""
    from data.care.hidden import may_show
    from data.store import write_named_table
    from routing.answers.not_by_contact import not_by_contact
    from routing.check.view import see
    from routing.measures.slices import whole

    view = see(plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.round_plan)
    shown = may_show(plan.municipality)
    uncovered_visits = [
        uncovered for uncovered in not_by_contact(whole(view)) if uncovered.client_id in shown
    ]
    rows = [
        (
            uncovered.date,
            uncovered.client_id,
            uncovered.visit_id,
            uncovered.contact_id,
            uncovered.staff_id,
            uncovered.why,
        )
        for uncovered in uncovered_visits
    ]
    header = ("date", "client_id", "visit_id", "contact_id", "staff_id", "message")
    click.echo(f"Inte dagligt och inte av kontakten: {len(uncovered_visits)} besök.")
    for why, n in Counter(uncovered.why for uncovered in uncovered_visits).most_common():
        click.echo(f"  {n}: {why}")
    if path is not None:
        write_named_table(path, header, rows, plan.config.headers)
        click.echo(f"Tabell: {path}")


@command.command("load", epilog="Exempel:  hemrunda ask burden out")
@with_plan
def load(plan_folder: PlanFolder) -> None:
    """Visa vilka kontakter som har för mycket eller för lite, och vem som kan ta över vem.

    Minuterna är vad de egna brukarna kräver av kontakten en vecka, och vad anställningen rymmer.
    Sedan var en morgon eller lunch är full: av egna dagliga besök, av veckans insatser, eller när
    tvillingens dagliga besök ska göras också. Vägarna är då inte medräknade. De hos vilka inget
    behöver göras nämns sist.
    """
    from data.units import number_text
    from partition import contact_loads
    from partition.contacts.contact_load import room_by_weekday

    plan = plan_folder.open()
    rules, mode = plan.config.rules, plan.config.general.mode
    loads = contact_loads(plan.municipality, plan.team_plan, plan.travel, rules, mode=mode)
    room = room_by_weekday(plan.municipality, plan.team_plan, rules)
    remarked = [
        (burden, _remark(burden, room.get(burden.staff_id, ())))
        for burden in loads
        if burden.n_clients
    ]
    if any(why for _, why in remarked):
        click.echo("Lag   Kontakt  Brukare  Min/v  Rymmer  Anmärkning")
    for burden, why in remarked:
        if why:
            click.echo(
                f"{burden.team_id:<5} {burden.staff_id:<8} {burden.n_clients:>7}  "
                f"{number_text(burden.minutes):>5}  {number_text(burden.capacity):>6}  {why}"
            )
    well = [burden.staff_id for burden, why in remarked if not why]
    if well:
        click.echo(f"Inget att göra hos: {', '.join(well)}")
    free = [burden.staff_id for burden in loads if not burden.n_clients]
    if free:
        click.echo(f"Utan egna brukare, fast de får vara kontakt: {', '.join(free)}")


def _remark(contact_load: ContactLoad, room_min: Sequence[float]) -> str:
    """What is to be done about one contact's work; empty where nothing is."""
    from data.units import WEEKDAYS_SV, number_text

    short = [
        f"{WEEKDAYS_SV[day]} {number_text(minutes)}"
        for day, minutes in enumerate(room_min)
        if minutes < 0
    ]
    days = f"ont om tid: {', '.join(short)} min" if short else ""
    remarks = (contact_load.imbalance, days, contact_load.peak, contact_load.suggestion)
    return "; ".join(filter(None, remarks))
