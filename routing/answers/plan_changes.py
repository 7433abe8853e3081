"""What differs between two plans of the same dates, visit by visit: whom to phone, and why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from data.plans import PlanRow, RoundPlan, UnplannedRow
from data.units import clock, number_text

ChangeKind = Literal["carer", "time", "day", "dropped", "found", "new", "new_unplanned", "gone"]

KIND_SV: Final[dict[ChangeKind, str]] = {
    "carer": "annan personal",
    "time": "annan tid",
    "day": "annan dag",
    "dropped": "utan personal",
    "found": "har fått personal",
    "new": "nytt besök",
    "new_unplanned": "nytt besök utan personal",
    "gone": "utgår",
}
ORDER: Final = tuple(KIND_SV)


@dataclass(frozen=True, slots=True)
class VisitChange:
    """One carer's place at one visit, before and after; empty where there was or is none."""

    kind: ChangeKind
    """The gravest of what has changed: another day before another carer before another time."""
    date: dt.date
    """After, where it has a date after; else before."""
    visit_id: str
    client_id: str
    carer_no: int
    date_before: dt.date | None
    staff_before: str
    staff_after: str
    start_before_s: int | None
    start_after_s: int | None
    phone: bool = False
    """Whether the client wants a call about it (MA-28)."""

    @property
    def moved_s(self) -> int:
        """Seconds later than before (earlier: negative); 0 where it has no start on one side."""
        if self.start_before_s is None or self.start_after_s is None:
            return 0
        return self.start_after_s - self.start_before_s

    @property
    def text(self) -> str:
        """The change in one line of Swedish."""
        words = [self.date.isoformat(), f"{self.visit_id} ({self.client_id}):"]
        if self.kind in ("new", "found"):
            words.append(f"{KIND_SV[self.kind]}, {self.staff_after} kl {_at(self.start_after_s)}")
        elif self.kind in ("dropped", "gone"):
            words.append(f"{KIND_SV[self.kind]}, var {self.staff_before} kl {self._was}")
        elif self.kind == "new_unplanned":
            words.append(KIND_SV[self.kind])
        else:
            who = f"{self.staff_before} → {self.staff_after}"
            words.append(who if self.staff_before != self.staff_after else self.staff_after)
            if self.kind == "day" and self.date_before is not None:
                words.append(f"från {self.date_before.isoformat()}")
            words.append(self._times)
        return " ".join([*words, *(["– ska ringas"] if self.phone else [])])

    @property
    def _was(self) -> str:
        return _at(self.start_before_s)

    @property
    def _times(self) -> str:
        moved = number_text(self.moved_s / 60, is_change=True)
        if self.moved_s == 0:
            return f"kl {_at(self.start_after_s)}"
        return f"kl {_at(self.start_before_s)} → {_at(self.start_after_s)} ({moved} min)"


def _at(start_s: int | None) -> str:
    return "" if start_s is None else clock(start_s)


def plan_changes(before: RoundPlan, after: RoundPlan) -> tuple[VisitChange, ...]:
    """All that has changed between two plans, in order of date, kind and visit.

    The two carers of a pair who change places have changed nothing. Visits whose day is free are
    matched by date first, and then in the order of their dates.
    """
    was, now = _by_visit(before), _by_visit(after)
    lacked, lacks = _unplanned(before), _unplanned(after)
    changes: list[VisitChange] = []
    for visit_id in sorted({*was, *now, *lacked, *lacks}):
        old, new = list(was.get(visit_id, ())), list(now.get(visit_id, ()))
        for plan_row, other in _matched(old, new):
            changes.extend(_of_pair(plan_row, other))
        still = list(lacks.get(visit_id, ()))
        n_more = len(still) - len(lacked.get(visit_id, ()))
        for i, row in enumerate(new):
            changes.append(_one_sided("found" if i < -n_more else "new", row, is_after=True))
        for i, row in enumerate(old):
            changes.append(_one_sided("dropped" if i < n_more else "gone", row, is_after=False))
        known = set(lacked.get(visit_id, ()))
        still.sort(key=lambda lack: lack not in known)
        for lack in still[len(still) - max(n_more - len(old), 0) :]:
            changes.append(
                VisitChange(
                    "new_unplanned", lack.date, visit_id, lack.client_id, lack.carer_no, None,
                    "", "", None, None,
                )
            )  # fmt: skip
    return tuple(
        sorted(changes, key=lambda c: (c.date, ORDER.index(c.kind), c.visit_id, c.carer_no))
    )


def _by_visit(plan: RoundPlan) -> dict[str, list[PlanRow]]:
    rows: dict[str, list[PlanRow]] = defaultdict(list)
    for row in plan.rows:
        if row.kind == "visit":
            rows[row.visit_id].append(row)
    return rows


def _unplanned(plan: RoundPlan) -> dict[str, list[UnplannedRow]]:
    rows: dict[str, list[UnplannedRow]] = defaultdict(list)
    for row in plan.unplanned:
        rows[row.visit_id].append(row)
    return rows


def _matched(old: list[PlanRow], new: list[PlanRow]) -> list[tuple[PlanRow, PlanRow]]:
    """Pairs of rows that stand for the same visit; both lists keep what has no partner."""
    pairs: list[tuple[PlanRow, PlanRow]] = []
    keys: tuple[Callable[[PlanRow], object], ...] = (
        lambda row: (row.date, row.staff_id),
        lambda row: (row.date, row.carer_no),
        lambda row: row.date,
        lambda row: row.carer_no,
    )
    for key in keys:
        for former in list(old):
            other = next((row for row in new if key(row) == key(former)), None)
            if other is not None:
                old.remove(former)
                new.remove(other)
                pairs.append((former, other))
    return pairs


def _of_pair(row: PlanRow, other: PlanRow) -> Iterable[VisitChange]:
    kind: ChangeKind
    if row.date != other.date:
        kind = "day"
    elif row.staff_id != other.staff_id:
        kind = "carer"
    elif row.start_s != other.start_s:
        kind = "time"
    else:
        return
    yield VisitChange(
        kind, other.date, other.visit_id, other.client_id, other.carer_no, row.date,
        row.staff_id, other.staff_id, row.start_s, other.start_s,
    )  # fmt: skip


def _one_sided(kind: ChangeKind, row: PlanRow, *, is_after: bool) -> VisitChange:
    who, start_s = row.staff_id, row.start_s
    return VisitChange(
        kind, row.date, row.visit_id, row.client_id, row.carer_no,
        None if is_after else row.date, "" if is_after else who, who if is_after else "",
        None if is_after else start_s, start_s if is_after else None,
    )  # fmt: skip


def with_phones(
    changes: Sequence[VisitChange], client_ids: Collection[str]
) -> tuple[VisitChange, ...]:
    """The changes, those of ``client_ids`` marked to be phoned (MA-28)."""
    return tuple(replace(change, phone=change.client_id in client_ids) for change in changes)


def summary_sv(changes: Sequence[VisitChange]) -> str:
    """How many changes of each kind, in words; the largest and mean move of the times."""
    if not changes:
        return "Inget har ändrats."
    counts = {kind: sum(change.kind == kind for change in changes) for kind in ORDER}
    words = ", ".join(f"{KIND_SV[kind]} {n}" for kind, n in counts.items() if n)
    moves = [abs(change.moved_s) for change in changes if change.moved_s]
    if moves:
        n = f"{len(moves)} {'tid' if len(moves) == 1 else 'tider'}"
        mean_min, most_min = sum(moves) / len(moves) / 60, max(moves) / 60
        moved = f"{n} flyttas, i medel {mean_min:.0f} och som mest {most_min:.0f} min"
        words = f"{words}. {moved}"
    return f"{len(changes)} {'ändring' if len(changes) == 1 else 'ändringar'}: {words}."
