"""``hemrunda decide turns``: contacts who take turns with a client."""

from __future__ import annotations

import datetime as dt

import click

from hemrunda.workfolder.plan_folder import PlanFolder, with_plan


@click.command(
    "turns", epilog="Exempel:  hemrunda decide turns out B0017 P0012 P0015 --weeks 4 --by planerare"
)
@with_plan
@click.argument("client_id", metavar="BRUKARE")
@click.argument("staff_ids", metavar="PERSONAL", nargs=-1, required=True)
@click.option(
    "--weeks", type=click.IntRange(1, 26), default=4, show_default=True, help="Veckor i varje tur."
)
@click.option(
    "--turns", "n_turns", type=click.IntRange(2, 52), default=6, show_default=True, help="Turer."
)
@click.option("--by", required=True, help="Vem: en roll eller ett id, inget namn.")
@click.option(
    "--from",
    "since",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=None,
    help="Första dagen, ÅÅÅÅ-MM-DD.",
)
def command(
    plan_folder: PlanFolder,
    client_id: str,
    staff_ids: tuple[str, ...],
    weeks: int,
    n_turns: int,
    by: str,
    since: dt.datetime | None,
) -> None:
    """Besluta att flera turas om att vara en brukares kontakt; nästa i tur är vice.

    Besluten läggs till i beslut.csv bredvid indata, ett för varje tur, alla på en gång, och en
    regel som hindrar nämns.
    """
    from data.care.turns import turns
    from hemrunda.workfolder.decisions_kept import accept

    first = since.date() if since else dt.date.today()
    decisions = turns(
        client_id, staff_ids, weeks=weeks, first=first, n_turns=n_turns, decided_by=by,
        decided_on=dt.date.today(),
    )  # fmt: skip
    accept(plan_folder, *decisions)
