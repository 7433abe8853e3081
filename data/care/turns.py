"""Contacts who take turns with a demanding client (MA-42): decisions that follow each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.errors import SettingsError
from data.model import Decision


def turns(
    client_id: str,
    staff_ids: Sequence[str],
    *,
    weeks: int,
    first: dt.date,
    n_turns: int,
    decided_by: str,
    decided_on: dt.date | None = None,
) -> tuple[Decision, ...]:
    """Decisions on contact and vice: each carer in turn for so many weeks, the next one her vice.

    Raises
    ------
    SettingsError
        Where fewer than two carers are named, or one twice.
    """
    if len(staff_ids) < 2 or len(set(staff_ids)) < len(staff_ids):
        raise SettingsError("Ange minst två olika medarbetare som turas om.")
    decisions: list[Decision] = []
    for n in range(n_turns):
        begins = first + dt.timedelta(7 * weeks * n)
        ends = begins + dt.timedelta(7 * weeks - 1)
        mine, then = (staff_ids[(n + k) % len(staff_ids)] for k in (0, 1))
        for kind, who in (("contact", mine), ("vice", then)):
            decisions.append(
                Decision(
                    "contact" if kind == "contact" else "vice", client_id, staff_id=who,
                    decided_by=decided_by, decided_on=decided_on, valid_from=begins, valid_to=ends,
                )
            )  # fmt: skip
    return tuple(decisions)
