"""Recurring tasks between plans: what the folder of an earlier plan remembers of each."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from data.model import Municipality

if TYPE_CHECKING:
    from data.store.plan_memory import Known


def as_when_made(municipality: Municipality, folder: Path) -> Municipality:
    """The tables with what was known of recurring tasks when the folder's plan was made.

    Dates that the tables have learnt since are told of: a plan stands on what it was made from.
    """
    from data.store.plan_memory import known_of, read_memory, with_known

    memory, tables = read_memory(folder), known_of(municipality)
    n_newer = sum(
        _is_newer(tables[visit_id], known)
        for visit_id, known in memory.items()
        if visit_id in tables
    )
    if n_newer:
        click.echo(
            f"{n_newer} återkommande insatser har andra datum i Senast utförd eller Nästa gång än "
            "när planen gjordes. Planen står kvar; lås en dag i tabellen Låsningar för att flytta "
            "en insats nu. Nästa plan räknar från de nya datumen (plan --after).",
            err=True,
        )
    return with_known(municipality, memory)


def _is_newer(table: Known, known: Known) -> bool:
    """Whether a table's dates say something that the plan did not know."""
    last = known.last_done or dt.date.min
    said = table.next_due is not None and table.next_due != known.next_due
    return (table.last_done or dt.date.min) > last or (said and (table.next_due or last) > last)


def taken_over(municipality: Municipality, folder: Path, first: dt.date) -> Municipality:
    """The tables of a plan that begins on ``first``, with what the folder's plan leaves.

    Raises
    ------
    StoreError
        Where the folder holds no whole plan.
    """
    from data.store import read_outputs
    from data.store.plan_memory import carried, known_after, read_memory, with_known

    _, plan = read_outputs(folder)
    if not plan.dates:
        return municipality
    begin = max(first, plan.dates[0])
    before = with_known(municipality, read_memory(folder))
    return carried(
        municipality, known_after(before, plan, begin), min(plan.dates[-1], begin), begin
    )
