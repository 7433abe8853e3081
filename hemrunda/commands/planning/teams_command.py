"""``hemrunda teams``: redesign the division, look at it, and try a move before it is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.options import (
    config_option,
    csv_option,
    default_workers,
    ignore_option,
    network_option,
    other_areas_option,
    out_option,
    profile_option,
    seed_option,
    time_option,
    workers_option,
)
from hemrunda.speech.spoken import Renamed, Words
from hemrunda.workfolder.plan_folder import PlanFolder, hold_folder, with_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.model import Municipality
    from data.streets import StreetNetwork
    from hemrunda.config import Config
    from partition.redesign.redesign_front import Aim, RedesignPoint


PAGE_NAME = "teams-report.html"


@click.group("teams")
def command() -> None:
    """Arbetslag: gör om indelningen, se den i siffror, pröva en flytt."""


@command.command(
    "redesign", epilog="Exempel:  hemrunda teams redesign indata.xlsx --network nat --out omdelning"
)
@click.argument("source", metavar="INDATA", type=click.Path(exists=True, path_type=Path))
@network_option
@config_option
@ignore_option
@other_areas_option
@click.option(
    "--aim",
    type=Words({"both": "båda", "balance": "balans", "travel": "restid"}),
    default="both",
    show_default=True,
    help="Vad flyttarna ska ge: jämnt arbete enligt reglerna, korta vägar, eller båda.",
)
@click.option(
    "--rounds",
    "with_rounds",
    is_flag=True,
    help="Planera också rundor för en vecka bakom varje punkt, och ställ dem bredvid varandra.",
)
@out_option
@seed_option
@workers_option
@time_option
def redesign(
    source: Path,
    network_path: Path | None,
    config_path: Path | None,
    other_areas: Path | None,
    aim: str,
    with_rounds: bool,
    out: Path,
    seed: int,
    workers: int | None,
    seconds: float | None,
) -> None:
    """Visa vägarna från dagens indelning till den bästa.

    Varje punkt är en hel plan: hur många som byter lag, hur många som byter kontakt, och vad det
    ger i restid och balans. För varje punkt skrivs vem som flyttar varifrån och vart, och varför.
    """
    from data.store import adding
    from hemrunda.console import progress_bar, show_receipt
    from hemrunda.layers.other_areas import other_areas_for
    from hemrunda.workfolder.inputs import load_streets, read_tables, settings_for, settings_path
    from hemrunda.workfolder.remembered import keep, source_of
    from hemrunda.writing.redesign_files import write_redesign_files
    from partition import make_redesign, shown_points
    from routing.travel import travel_times

    hold_folder(out)
    config = settings_for(source, config_path)
    network = load_streets(network_path)
    result = read_tables(source, config, network)
    show_receipt(result.receipt)
    municipality = result.municipality
    areas = other_areas_for(source, config, municipality.client_by_id, other_areas)
    aims: tuple[Aim, ...] = ("balance", "travel")
    points: list[RedesignPoint] = []
    mode = config.general.mode
    with progress_bar() as progress:
        travel, _, _ = travel_times(network, municipality, [mode], profile=config.travel)
        for redesign_aim in aims:
            if aim in ("both", redesign_aim):
                points += make_redesign(
                    municipality,
                    travel,
                    config.rules,
                    network=network,
                    mode=mode,
                    seed=seed,
                    workers=workers or default_workers(),
                    time_limit_s=seconds,
                    aim=redesign_aim,
                    other_areas=areas,
                    progress=progress,
                )
    remembered = source_of(source, network_path or Path(), is_copied=True)
    seen_points = shown_points(
        points, municipality, travel, config.rules, network=network, mode=mode
    )
    with adding(out) as staged:
        write_redesign_files(staged, seen_points, municipality, network, config, out.as_posix())
        keep(staged, out, remembered, municipality, settings_path(source, config_path))
    _report(points)
    click.echo(_LEGEND)
    if with_rounds:
        _rounds(points, municipality, network, config, out, seed, workers)
    _print_what_next(out)


_LEGEND = (
    "\nMåste: kontakten har slutat, är i ett annat lag, saknar titel eller har en delegering "
    "som går ut.\nDelar: så många lösa delar har lagen på gatorna. Obalans: det mest avvikande "
    "lagets omsorgstid mot medel."
)
_AIMS = {
    "balance": "Mål: jämnt arbete enligt reglerna (restiden blir högst 3 % längre än i dag)",
    "travel": "Mål: korta vägar (inget lag får bli ojämnare än dagens ojämnaste)",
}


def _print_what_next(out: Path) -> None:
    click.echo(f"\nTabell, diagram, kartor och vem som flyttar vid varje punkt: {out}")
    click.echo(
        f"Ta en punkt: hemrunda plan --adopt {out}/NR --out plan   "
        f"(eller bara i tabellerna: hemrunda decide plan {out} --point NR --out antagen --by ROLL)"
    )


def _rounds(
    points: Sequence[RedesignPoint],
    municipality: Municipality,
    network: StreetNetwork,
    config: Config,
    out: Path,
    seed: int,
    workers: int | None,
) -> None:
    """Plan a week behind each point, and tell and write what it comes to."""
    from data.store import adding
    from hemrunda.commands.planning.point_rounds import lines_of, rounds_of_points, write_rounds
    from hemrunda.console import progress_bar
    from hemrunda.effort import Effort

    effort = Effort(seed=seed, workers=workers or default_workers(), is_quick=True)
    plans = [point.plan for point in points]
    with progress_bar() as progress:
        rows = rounds_of_points(plans, municipality, network, config, effort, progress)
    with adding(out) as staged:
        write_rounds(staged, rows, config.headers)
    click.echo("\nRundorna bakom varje punkt (en första sökning, schemats första vecka):")
    for line in lines_of(rows):
        click.echo(line)


def _report(points: Sequence[RedesignPoint]) -> None:
    from data.units import number_text
    from hemrunda.console import decimal

    header = (
        "Punkt  Byter lag  Byter kontakt (måste)  Restid min/v  Ändring  Obalans %  Delar  "
        "Andel av vinsten %"
    )
    last_aim = ""
    for number, point in enumerate(points, 1):
        if point.aim != last_aim:
            click.echo(f"\n{_AIMS[point.aim]}\n{header}")
            last_aim = point.aim
        forced = f"({point.n_forced_contacts})"
        click.echo(
            f"{number:>5}  {point.n_moved:>9}  {point.n_new_contacts:>13} {forced:>8}  "
            f"{number_text(point.travel_min_week):>12}  "
            f"{number_text(-point.travel_gain_min_week, is_change=True):>7}  "
            f"{decimal(point.imbalance_pct):>9}  {point.n_fragments:>5}  "
            f"{decimal(100 * point.share_of_gain, 0):>18}"
        )


@command.command(
    "report",
    hidden=True,
    epilog="Exempel:  hemrunda write teams out --out lag.html --before kvartal3/teams.csv",
)
@with_plan
@other_areas_option
@click.option(
    "--out",
    "--page",
    "--csv",
    "written",
    cls=Renamed,
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Var sidan (.html) ska skrivas, och måtten (.csv).  [annars MAPP/teams-report.html]",
)
@click.option(
    "--before",
    "before_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="teams.csv från en tidigare plan, till exempel förra kvartalets, för avdriften.",
)
@profile_option
def report(
    plan_folder: PlanFolder,
    other_areas: Path | None,
    written: tuple[Path, ...],
    before_path: Path | None,
    profile: str,
) -> None:
    """Visa varje lags form och balans, och skriv en sida att skriva ut: före och efter.

    Måtten är definierade på sidan och i docs/en/teams.md.
    """
    from data.store import adding, named_file, write_named_table
    from hemrunda.console import decimal
    from hemrunda.layers.other_areas import other_areas_for
    from hemrunda.writing.teams_report import baseline_rows, measured_rows, write_page

    if any(path.suffix.lower() not in (".csv", ".html") for path in written):
        raise click.UsageError("--out är sidan (.html) eller tabellen (.csv).")
    csv_path = next((path for path in written if path.suffix.lower() == ".csv"), None)
    page_path = next((path for path in written if path.suffix.lower() == ".html"), None)
    plan = plan_folder.open().shown
    rows = measured_rows(plan, plan.team_plan)
    click.echo("Lag      Brukare  Omsorg min/v  Rundor dag  kväll  Restid min/v  Delar  Samlat")
    for row in rows:
        click.echo(
            f"{row['team_id']:<8} {row['n_clients']:>7}  {decimal(row['care_min_week'], 0):>12}  "
            f"{decimal(row['rounds_day']):>10}  {decimal(row['rounds_evening']):>5}  "
            f"{decimal(row['travel_within_min'], 0):>12}  {row['n_parts']:>5}  "
            f"{decimal(row['compactness'], 2):>6}"
        )
    click.echo(
        "Rundor: så många som behövs en vardag. Restid: till varje besök från de närmaste i laget. "
        "Delar: på gatorna. "
        "Samlat: 1 när ingen annan brukare bor närmare lagets mitt än lagets egna."
    )
    if csv_path is not None:
        header = tuple(rows[0]) if rows else ()
        cells = [tuple(row.values()) for row in rows]
        write_named_table(csv_path, header, cells, plan.config.headers)
        click.echo(f"Tabell: {csv_path}")
    page = page_path or plan_folder.folder / PAGE_NAME
    baseline = baseline_rows(before_path) if before_path else None
    areas = other_areas_for(
        plan_folder.tables, plan.config, plan.municipality.client_by_id, other_areas
    )
    if page_path is None:
        with adding(plan_folder.folder) as staged:
            write_page(staged / PAGE_NAME, plan, rows, baseline, areas, profile)
    else:
        with named_file(page) as place:
            write_page(place, plan, rows, baseline, areas, profile)
    click.echo(f"Sida att skriva ut: {page}")


@command.command("layers", hidden=True, epilog="Exempel:  hemrunda ask layers out --out lager.csv")
@with_plan
@other_areas_option
@csv_option("Skriv vilket område, vilken sektion och vilken kvällsgrupp varje lag hör till.")
def layers(
    plan_folder: PlanFolder,
    other_areas: Path | None,
    csv_path: Path | None,
) -> None:
    """Visa område, sektion, resursområde och kvällsgrupp över lagen, och andras områden.

    Storlekarna ställs in under [layers] och [teams] i hemrunda.toml.
    """
    from hemrunda.console import decimal
    from hemrunda.layers.other_areas import other_areas_for
    from partition import alignment_table, evening_groups, make_layers, pool_sizing

    plan = plan_folder.open().shown
    rules, mode = plan.config.rules, plan.config.general.mode
    common = (plan.municipality, plan.team_plan, plan.travel, rules)
    rows = make_layers(*common, network=plan.network, mode=mode)
    levels = ("area_id", "section_id", "resource_area_id", "team_id")
    click.echo("Område  Sektion  Resursområde  Lag (brukare)")
    for row in sorted(rows, key=lambda row: tuple(row[level] for level in levels)):
        click.echo(
            f"{row['area_id']:<7} {row['section_id']:<8} {row['resource_area_id']:<13} "
            f"{row['team_id']} ({row['n_clients']})"
        )
    for area in pool_sizing(*common, mode=mode):
        click.echo(
            f"{area['area_id']}: {area['n_teams']} lag; resursgruppen behöver "
            f"{area['pool_needed']} heltider vid {rules.layers.absence_pct} % frånvaro och har "
            f"{decimal(area['pool_now'])}."
        )
    for group in evening_groups(*common, mode=mode):
        click.echo(
            f"{group['evening_group_id']}: lag {', '.join(group['team_ids'])}; "
            f"{decimal(group['rounds_evening'])} rundor en kväll, "
            f"{group['n_evening_carers']} medarbetare."
        )
    for row in alignment_table(
        plan.team_plan,
        other_areas_for(
            plan_folder.tables, plan.config, plan.municipality.client_by_id, other_areas
        ),
    ):
        if row["client_ids_outside"]:
            shown = [
                client_id
                for client_id in row["client_ids_outside"]
                if not plan.municipality.client_by_id[client_id].protected
            ]
            click.echo(
                f"{row['team_id']}: {row['n_areas']} områden för {row['service']}, mest "
                f"{row['main_area']}; {row['outside_pct']:.0f} % utanför ({', '.join(shown)})"
            )
    if csv_path is not None:
        from data.store import write_named_table

        cells = [tuple(row.values()) for row in rows]
        write_named_table(csv_path, tuple(rows[0]), cells, plan.config.headers)
        click.echo(f"Tabell: {csv_path}")


@command.command("move", hidden=True, epilog="Exempel:  hemrunda ask team out B0017 L03")
@with_plan
@click.argument("client_id", metavar="BRUKARE")
@click.argument("team_id", metavar="LAG")
@click.option("--by", default="", help="Besluta flytten: en roll eller ett id, inget namn.")
def move(
    plan_folder: PlanFolder,
    client_id: str,
    team_id: str,
    by: str,
) -> None:
    """Pröva en flytt innan den görs: gränser, vägar, och vilka som skiljs från sitt lag.

    Med --by läggs den till i beslut.csv bredvid indata, och gäller i varje plan därefter. Annars
    skrivs ingenting.
    """
    from data.units import number_text
    from partition import move_effect

    plan = plan_folder.open()
    effect = move_effect(
        plan.municipality,
        plan.team_plan,
        plan.travel,
        plan.config.rules,
        client_id,
        team_id,
        network=plan.network,
        mode=plan.config.general.mode,
    )
    home = plan.team_plan.team_of_client[client_id]
    if effect.with_client:
        click.echo(f"Samma hushåll flyttar med: {', '.join(effect.with_client)}")
    clients, care = effect.n_clients, effect.care_pct
    click.echo(f"Lag {home}: {clients[0]} → {clients[1]} brukare, omsorg {care[0]} → {care[1]} %")
    click.echo(
        f"Lag {team_id}: {clients[2]} → {clients[3]} brukare, omsorg {care[2]} → {care[3]} %"
    )
    travel = number_text(effect.travel_min_week, is_change=True)
    click.echo(f"Vägarna inom de båda lagen: {travel} min/vecka")
    for warning in effect.warnings:
        click.echo(f"VARNING: {warning}")
    if not effect.warnings:
        click.echo("Inget hinder.")
    if by:
        from data.model import Decision
        from hemrunda.options import dates_of
        from hemrunda.workfolder.decisions_kept import accept

        accept(
            plan_folder, Decision("team", client_id, team_id=team_id, **dates_of(by, None, None))
        )
