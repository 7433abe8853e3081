"""``hemrunda followup``: what was performed, against the contacts that were adopted."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.options import (
    config_option,
    folder_option,
    ignore_option,
    json_option,
    may_ignore_unknown,
    plan_beside_option,
    tables_option,
)

if TYPE_CHECKING:
    from data.model import Municipality
    from data.tables.actuals.performed import Performed
    from hemrunda.config import Config
    from routing.followup.group_figures import Period


@click.command(
    "followup", epilog="Exempel:  hemrunda followup utfort.csv --input indata.xlsx --before out"
)
@click.argument("export", metavar="UTFÖRT", type=click.Path(exists=True, path_type=Path))
@tables_option("Indata: brukare med antagna kontakter, besök, personal.", is_required=True)
@plan_beside_option("Mapp med en plan, som säger vilka resursområden lagen hör till.")
@folder_option("uppfoljning")
@click.option(
    "--from",
    "since",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=None,
    help="Första dagen, ÅÅÅÅ-MM-DD.  [annars exportens första]",
)
@click.option(
    "--days",
    type=click.IntRange(1, 62),
    default=14,
    show_default=True,
    help="Dagar i varje period; det nationella måttet räknas på 14.",
)
@config_option
@ignore_option
@json_option
def command(
    export: Path,
    source: Path,
    folder: Path | None,
    out: Path,
    since: dt.datetime | None,
    days: int,
    config_path: Path | None,
    as_json: bool,
) -> None:
    """Följ upp utförda besök mot antagna omsorgskontakter, för varje period om 14 dagar.

    UTFÖRT är planeringssystemets export av utförda besök: datum, personal, start, och besök eller
    brukare. Rader för rast och möte får saknas. Öppna followup.html först.
    """
    from data.care.hidden import shown_municipality
    from data.store import input_hashes, renewing
    from data.tables.actuals.performed import read_performed
    from hemrunda.console import show_faults, show_receipt
    from hemrunda.workfolder.inputs import read_tables, settings_for
    from hemrunda.workfolder.plan_folder import hold_folder
    from hemrunda.writing.followup_files import write_followup

    if folder is not None and out.resolve() == folder.resolve():
        raise click.UsageError("Uppföljningen får en egen mapp: --out kan inte vara planens.")
    hold_folder(out)
    config = settings_for(source, config_path)
    result = read_tables(source, config, None)
    town = shown_municipality(result.municipality)
    performed = read_performed(export, result.municipality, ignore_unknown=may_ignore_unknown())
    periods = _periods(town, performed, config, folder, since, days)
    manifest = {
        "command": "followup",
        "inputs_sha256": input_hashes(source),
        "export_sha256": input_hashes(export),
        "receipt": performed.receipt.as_list(),
    }
    target = config.rules.contacts.share_target_pct
    with renewing(out, manifest) as staged:
        made = write_followup(
            staged, periods, performed, name=town.name, target_pct=target,
            mark=dt.date.today().isoformat(), language=config.general.language,
        )  # fmt: skip
        names = [path.name for path in made]
    if as_json:
        _print_json(out, periods, performed, names)
        return
    show_receipt(performed.receipt)
    show_faults([*result.warnings, *performed.faults])
    _report(periods, performed, target)
    click.echo("\nÖppna i webbläsaren (fungerar utan nät):")
    for name in names:
        click.echo(f"  {out / name}")


def _periods(
    town: Municipality,
    performed: Performed,
    config: Config,
    folder: Path | None,
    since: dt.datetime | None,
    days: int,
) -> list[Period]:
    """The figures of each whole period of the export."""
    from data.errors import SettingsError
    from data.store import read_outputs
    from routing.followup.group_figures import follow_up, periods_of

    dates = performed.dates
    first = None if since is None else since.date()
    if first is not None and not dates[0] <= first <= dates[-1]:
        raise SettingsError(f"--from ska ligga i exporten, {dates[0]} till {dates[-1]}.")
    area_of = {}
    if folder is not None:
        teams = read_outputs(folder)[0].teams
        area_of = {team.team_id: team.area_id for team in teams}
    return [
        follow_up(town, performed.visits, period, config.rules, area_of=area_of)
        for period in periods_of(dates, days, first)
    ]


def _print_json(out: Path, periods: list[Period], performed: Performed, names: list[str]) -> None:
    result = {
        "out": str(out),
        "rows": performed.n_rows,
        "rows_left_out": performed.n_left_out,
        "export_faults": dict(performed.reasons),
        "periods": [
            {
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
                "municipality": asdict(period.municipality),
                "areas": {
                    name: asdict(group_figures) for name, group_figures in period.areas.items()
                },
                "teams": {
                    name: asdict(group_figures) for name, group_figures in period.teams.items()
                },
                "left_out": dict(period.left_out),
            }
            for period in periods
        ],
        "files": names,
    }
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))


def _report(periods: list[Period], performed: Performed, target: int) -> None:
    """The municipality's figures, a line for each period."""
    from hemrunda.console import show_pairs
    from hemrunda.writing.followup_files import LIGHTS
    from routing.measures.summary import sv

    rows = []
    for period in periods:
        group_figures = period.municipality
        rows.append((
            f"{period.first} – {period.last}",
            f"kontakten {sv(group_figures.contact_pct)} % "
            f"({LIGHTS[group_figures.light(target)]} {target} %), "
            f"olika personal {sv(group_figures.carers_mean)} i medel för "
            f"{group_figures.n_counted} brukare, "
            f"utfört {sv(group_figures.performed_of_granted_pct)} % av beviljat",
        ))  # fmt: skip
    show_pairs("Uppföljning, period för period", rows)
    if performed.reasons:
        show_pairs("Oklart i exporten", [(why, str(n)) for why, n in performed.reasons.items()])
