"""``hemrunda plan``: the whole chain on the user's own tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.effort import SearchAsked, with_search
from hemrunda.options import (
    after_option,
    before_option,
    first_dates,
    ignore_option,
    late_option,
    network_option,
    other_areas_option,
    with_suggestions,
)
from hemrunda.scale.cluster_options import areas_asked, cluster_options
from hemrunda.speech.spoken import Words
from hemrunda.workfolder.plan_folder import hold_folder
from hemrunda.workfolder.what_if import WhatIf, as_asked, what_if_options

if TYPE_CHECKING:
    from data.model import Municipality
    from data.streets import StreetNetwork
    from data.tables import ReadResult
    from hemrunda.config import Config
    from hemrunda.writing.plan_files_out import Extra


@click.command("plan", epilog="Exempel:  hemrunda plan indata.xlsx --network nat --out plan")
@click.argument(
    "source", metavar="INDATA", required=False, type=click.Path(exists=True, path_type=Path)
)
@network_option
@click.option("--days", type=click.IntRange(1, 28), default=None, help="Antal dagar ur schemat.")
@click.option(
    "--new-teams",
    "is_new",
    is_flag=True,
    help="Gör nya lag, också där det finns lag i dag. Annars behålls de, och bara det som måste "
    "ändras.",
)
@click.option(
    "--changes",
    "changes_pct",
    type=click.IntRange(0, 100),
    default=None,
    metavar="PROCENT",
    help="Högst så många procent av brukarna byter lag.  [annars 0 där det finns lag i dag]",
)
@click.option(
    "--base",
    "base_weeks",
    type=click.Choice(["2", "4"]),
    default=None,
    metavar="VECKOR",
    help="Planera först en grundplan för 2 eller 4 veckor, utan ledighet och uppehåll; dagarna "
    "avviker bara där de måste.",
)
@click.option(
    "--adopt",
    "adopted_point",
    default="",
    metavar="OMDELNING/NR",
    help="Ta en punkt som hemrunda teams redesign visade, till exempel omdelning/3.",
)
@click.option(
    "--keep",
    "kept",
    type=Words({"copy": "kopia", "path": "sökväg"}),
    default="copy",
    show_default=True,
    help="Hur mappen minns indata och gatunät: en kopia, eller bara var de ligger.",
)
@what_if_options
@other_areas_option
@late_option
@before_option
@after_option
@ignore_option
@cluster_options
@with_search
def command(
    source: Path | None,
    network_path: Path | None,
    days: int | None,
    is_new: bool,
    changes_pct: int | None,
    base_weeks: str | None,
    as_if: WhatIf,
    adopted_point: str,
    kept: str,
    other_areas: Path | None,
    suggest: bool,
    before_path: Path | None,
    after_path: Path | None,
    asked: SearchAsked,
) -> None:
    """Planera arbetslag, kontakter och rundor ur egna tabeller.

    Finns det lag i dag behålls de: bara gränser och par lagas, och varje flytt nämns. Nya lag:
    --new-teams. Mappen minns indata, gatunät och inställningar, så att senare kommandon bara
    behöver den. Med --more-clients, --fewer-carers eller --shift-hours planeras som om det vore
    så; ställ planerna bredvid varandra med hemrunda compare plans.
    """
    from hemrunda.commands.papers.warmup_command import compile_at_first_start
    from hemrunda.console import progress_bar
    from hemrunda.pipeline import run
    from hemrunda.run_summary import print_outcome
    from hemrunda.workfolder.baseline_plan import read_baseline
    from hemrunda.workfolder.recurrence_memory import taken_over

    if is_new and (changes_pct is not None or adopted_point):
        raise click.UsageError("--new-teams går inte ihop med --changes och --adopt.")
    given = _given(source, network_path, asked.config_path, adopted_point)
    hold_folder(asked.out)
    given.show(quiet=asked.as_json)
    municipality = as_asked(given.municipality, as_if, asked.seed)
    dates = first_dates(municipality.dates, days)
    if after_path is not None and dates:
        municipality = taken_over(municipality, after_path, dates[0])
    effort = asked.effort(
        run_areas=areas_asked(),
        dates=dates,
        other_areas=given.other_areas(municipality, other_areas),
        before=read_baseline(before_path),
        changes_pct=changes_asked(municipality, changes_pct, is_new=is_new),
        base_weeks=int(base_weeks or 0),
    )
    compile_at_first_start(quiet=asked.as_json)
    keeper = given.keeper(asked.out, municipality, is_copied=kept == "copy" or not as_if.is_nothing)
    with progress_bar(quiet=asked.as_json) as progress:
        outcome = run(
            municipality, given.network, with_suggestions(given.config, suggest), effort, asked.out,
            progress, given.manifest(), [keeper],
        )  # fmt: skip
    print_outcome(outcome, asked.out, as_json=asked.as_json, receipt=given.result.receipt)


def changes_asked(
    municipality: Municipality, changes_pct: int | None, *, is_new: bool
) -> int | None:
    """Per cent of the clients who may change team: none where there are teams today (LU-06)."""
    if is_new:
        return 100
    has_teams = any(client.team_id for client in municipality.clients)
    return 0 if changes_pct is None and has_teams else changes_pct


@dataclass(frozen=True)
class Given:
    """What the command was given: tables, streets and settings, read."""

    tables: Path
    network_path: Path
    settings: Path | None
    config: Config
    network: StreetNetwork
    result: ReadResult
    municipality: Municipality

    def show(self, *, quiet: bool) -> None:
        """Say how the tables were read, and what is doubtful in them."""
        from hemrunda.console import show_faults, show_receipt

        if not quiet:
            show_receipt(self.result.receipt)
            show_faults(self.result.warnings)

    def manifest(self) -> dict[str, object]:
        """What the plan's manifest says of it."""
        from data.store import input_hashes

        return {
            "command": "plan",
            "inputs_sha256": input_hashes(self.tables),
            "receipt": self.result.receipt.as_list(),
        }

    def other_areas(
        self, municipality: Municipality, named: Path | None
    ) -> dict[str, dict[str, str]]:
        """Other services' areas by client, of the file named or that of the settings."""
        from hemrunda.layers.other_areas import other_areas_for

        return other_areas_for(self.tables, self.config, municipality.client_by_id, named)

    def keeper(self, out: Path, municipality: Municipality, *, is_copied: bool) -> Extra:
        """What writes it to the plan's folder."""
        from hemrunda.workfolder.remembered import keep, source_of

        source = source_of(self.tables, self.network_path, is_copied=is_copied)
        general = self.config.general
        named = (general.outline, general.other_areas)
        return lambda staged: keep(staged, out, source, municipality, self.settings, named)


def _given(
    source: Path | None, network_path: Path | None, config_path: Path | None, point: str
) -> Given:
    """Read tables, streets and settings; a redesign's point brings its own."""
    from hemrunda.workfolder.inputs import load_streets, read_tables, settings_for, settings_path
    from hemrunda.workfolder.remembered import network_of, tables_of

    folder, number = _point(point)
    if source is None and folder is None:
        raise click.UsageError("Ange INDATA: en Excelbok eller en mapp med tabeller.")
    tables = source or tables_of(folder or Path())
    streets_path = network_path or (network_of(folder) if folder else None)
    beside = settings_path(source or folder or tables, config_path)
    config = settings_for(tables, beside)
    network = load_streets(streets_path)
    result = read_tables(tables, config, network)
    municipality = result.municipality
    if folder is not None:
        from data.care.adoption import adopted
        from hemrunda.workfolder.points import team_plan_of

        municipality = adopted(municipality, team_plan_of(folder, number), None, on=dt.date.today())
    return Given(tables, streets_path or Path(), beside, config, network, result, municipality)


def _point(text: str) -> tuple[Path | None, int]:
    """The redesign's folder and the point's number of ``omdelning/3``."""
    if not text:
        return None, 0
    folder, _, number = text.replace("\\", "/").rstrip("/").rpartition("/")
    if not folder or not number.isdecimal():
        raise click.UsageError("--adopt skrivs mapp/nummer, till exempel omdelning/3.")
    return Path(folder), int(number)
