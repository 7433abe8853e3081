"""``hemrunda compare plans``: what one plan does to staff and clients beside another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hemrunda.options import (
    config_option,
    folder_option,
    ignore_option,
    network_option,
    tables_option,
)

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext
    from routing.measures import Measures

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("plans", epilog="Exempel:  hemrunda compare plans out nyplan --out skillnad")
@click.argument("before", metavar="MAPP", type=_FOLDER)
@click.argument("after", metavar="MAPP", type=_FOLDER)
@tables_option("Indata för båda planerna.  [annars varje mapps indata.xlsx]")
@network_option
@config_option
@ignore_option
@folder_option("skillnad")
def command(
    before: Path,
    after: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    out: Path,
) -> None:
    """Ställ två planer bredvid varandra, för fack och riskbedömning.

    Vem som byter arbetslag, vilka brukare som byter kontakt och varför, och varje medarbetares
    besök, resor och raster före och efter. Öppna compare.html först.
    """
    from data.care.hidden import hidden_clients, shown_municipality
    from data.store import renewing
    from data.store.outputs import PRIVATE
    from hemrunda.console import show_pairs
    from hemrunda.workfolder.plan_folder import hold_folder, open_plan
    from hemrunda.writing.staff_files import write_comparison
    from partition.redesign.staff_changes import carer_changes, contact_changes

    if out.resolve() in (before.resolve(), after.resolve()):
        raise click.UsageError("Jämförelsen får en egen mapp: --out kan inte vara en plans.")
    hold_folder(out)
    old, new = (open_plan(path, source, network_path, config_path) for path in (before, after))
    town = shown_municipality(new.municipality)
    teams = old.shown.team_plan, new.shown.team_plan
    carers, contacts = carer_changes(town, *teams), contact_changes(town, *teams)
    measures = _measures(old), _measures(new)
    scopes: tuple[Any, Any] = (
        measures[0].as_dict()["municipality"], measures[1].as_dict()["municipality"],
    )  # fmt: skip
    manifest = {"command": "compare plans", "before": old.plan_id, "after": new.plan_id}
    is_hiding = any(hidden_clients(context.municipality) for context in (old, new))
    with renewing(out, manifest) as staged:
        exact = staged / PRIVATE if is_hiding else None
        if exact is not None:
            exact.mkdir(mode=0o700)
        made = write_comparison(
            staged, carers, contacts, (measures[0].persons, measures[1].persons), scopes,
            name=town.name, mark=f"{dt.date.today()} · {old.plan_id} → {new.plan_id}",
            language=new.config.general.language, exact=exact,
        )  # fmt: skip
        names = [path.name for path in made]
    n_moved = sum(change.changes_team for change in carers)
    show_pairs(
        f"{before.name} → {after.name}",
        [
            ("Medarbetare som byter arbetslag", f"{n_moved} av {len(carers)}"),
            ("Medarbetare som berörs", str(sum(carer.is_touched for carer in carers))),
            ("Brukare som byter kontakt", str(len(contacts))),
        ],
    )
    for name in names:
        click.echo(f"  {out / name}")


def _measures(plan: PlanContext) -> Measures:
    """Measures of those who may be shown, carer by carer."""
    from dataclasses import replace

    from data.care.hidden import hidden_clients, shown_municipality
    from routing.measures import measure

    hidden = hidden_clients(plan.municipality)
    rounds = replace(
        plan.round_plan,
        rows=tuple(row for row in plan.round_plan.rows if row.client_id not in hidden),
        unplanned=tuple(r for r in plan.round_plan.unplanned if r.client_id not in hidden),
    )
    return measure(
        shown_municipality(plan.municipality), plan.shown.team_plan, plan.travel,
        plan.config.rules, rounds, with_persons=True,
    )  # fmt: skip
