"""Who was a client's contact and vice on a day, by the tables and the decisions with dates."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from data.care.decisions import undecided
from data.model import Decision, Municipality


class ContactsInForce:
    """The adopted contacts, day by day: a decision goes before the tables while it holds."""

    def __init__(self, municipality: Municipality) -> None:
        bare = undecided(municipality)
        self._own = {c.client_id: (c.contact_id, c.vice_id) for c in bare.clients}
        self._decided: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in bare.decisions:
            if decision.kind in ("contact", "vice"):
                self._decided[decision.kind, decision.client_id].append(decision)

    def _on(self, kind: str, client_id: str, day: dt.date) -> str | None:
        held = [
            decision for decision in self._decided.get((kind, client_id), ())
            if decision.valid_from <= day <= decision.valid_to
        ]  # fmt: skip
        last = max(held, key=lambda decision: (decision.valid_from,
        decision.decided_on or dt.date.min),
                   default=None)  # fmt: skip
        return None if last is None else last.staff_id

    def contact(self, client_id: str, day: dt.date) -> str:
        """The contact's id on ``day``; empty where there was none."""
        return self._on("contact", client_id, day) or self._own.get(client_id, ("", ""))[0]

    def vice(self, client_id: str, day: dt.date) -> str:
        """The vice's id on ``day``."""
        return self._on("vice", client_id, day) or self._own.get(client_id, ("", ""))[1]
