"""What is asked of who comes, beyond tiers: a named person, few persons, language, sex.

A named person (MA-18: a colleague shops on Tuesdays, the contact does the rest) makes the visits
that a decision gives her whenever she is at work; for anybody else they cost so much that only a
visit left out would cost more. A limit on persons (MA-13) is held by a circle per client: contact,
vice and twin, then those of her carers who between them can make most of what is left. What is not
daily is the contact's wherever she may make it, where that has a price (MA-19, OR-12). Language and
sex are wishes with a price (LU-20, OR-11).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from data.care.decisions import persons_named
from data.care.eligibility import Standing, lacking, visit_bar
from data.model import Client, Staff, Visit, VisitOccurrence
from routing.roster.shifts import UsableShift
from routing.rounds.round_problem import AreaInput, standing_of


class PersonWishes:
    """Prices of one carer at one visit on one day, for one area's horizon."""

    def __init__(self, source: AreaInput) -> None:
        self._source = source
        self._named = persons_named(source.municipality)
        self._at_work = {(shift.shift.staff_id, shift.shift.date) for shift in source.shifts}
        self._circles: dict[str, frozenset[str]] = {}
        self._shifts_of: dict[str, list[UsableShift]] = {}
        for shift in source.shifts:
            self._shifts_of.setdefault(shift.shift.staff_id, []).append(shift)

    def named(self, visit: Visit, days: Sequence[dt.date]) -> frozenset[tuple[str, dt.date]]:
        """Who is named for the visit, with each of ``days`` on which she is at work."""
        return frozenset(
            (decision.staff_id, day)
            for decision in self._named.get(visit.visit_id, ())
            for day in days
            if decision.valid_from <= day <= decision.valid_to
            and (not decision.weekdays or day.weekday() in decision.weekdays)
            and (decision.staff_id, day) in self._at_work
        )

    def is_hers(self, occurrence: VisitOccurrence, client: Client) -> bool:
        """Whether the visit is not daily and the contact may make it on one of its days."""
        if not self._source.weights.passed_by or occurrence.visit.is_daily:
            return False
        contact = self._source.team_plan.contact.get(client.client_id, "")
        shifts = self._shifts_of.get(contact, ())
        return any(self._may(shift, occurrence, client) for shift in shifts)

    def price(
        self,
        visit: Visit,
        client: Client,
        carer: Staff,
        day: dt.date,
        named: frozenset[tuple[str, dt.date]],
        *,
        is_hers: bool = False,
    ) -> int:
        """What it costs that this carer comes on this day, beside the price of her tier.

        ``is_hers`` says that the visit is not daily and the contact may make it.
        """
        weights = self._source.weights
        # A day that can be chosen is one of the named person's; a day that cannot is hers if she
        # is at work on it.
        asked = {who for who, wish_day in named if visit.n_per_period or wish_day == day}
        rules, who = self._source.rules.contacts, carer.staff_id
        most = 0 if rules.persons_hard else rules.persons_max
        contacts = {self._source.team_plan.contact.get(client.client_id), *client.co_contacts}
        total = weights.near_rules(
            bool(asked) and (who, day) not in named,
            bool(most) and who not in self._circle(client, most),
            is_hers and not asked and who not in contacts,
        )
        if client.language and client.language not in carer.languages:
            total += weights.language
        if client.wished_skills and lacking(carer, client.wished_skills, day):
            total += weights.language
        if client.wished_sex and carer.sex != client.wished_sex and visit.mode == "physical":
            total += weights.sex
        return total

    def few(self, client: Client) -> frozenset[str] | None:
        """The only carers who may come, where the limit is a rule; None where anybody may."""
        rules = self._source.rules.contacts
        if not (rules.persons_max and rules.persons_hard):
            return None
        return self._circle(client, rules.persons_max)

    def _circle(self, client: Client, most: int) -> frozenset[str]:
        """The few carers among whom the client's visits should be kept."""
        circle = self._circles.get(client.client_id)
        if circle is None:
            circle = frozenset(self._chosen(client, most))
            self._circles[client.client_id] = circle
        return circle

    def _chosen(self, client: Client, most: int) -> list[str]:
        can = self._can_make(client)
        plan = self._source.team_plan
        contact = plan.contact.get(client.client_id, "")
        nearest = (contact, plan.vice.get(client.client_id, ""), plan.twin.get(contact, ""))
        chosen = [who for who in dict.fromkeys(nearest) if who in can][:most]
        is_rule = self._source.rules.contacts.persons_hard
        if is_rule:
            come = self._come(client)
            chosen = list(dict.fromkeys((*come, *chosen)))[: max(most, len(come))]
        left = set().union(*can.values()) if can else set()
        for who in chosen:
            left -= can.get(who, set())
        while len(chosen) < most and (left or is_rule):
            role = {who: self._source.municipality.staff_by_id[who].role for who in can}
            rest = [who for who in sorted(can) if who not in chosen]
            if not rest:
                break
            best = min(
                rest,
                key=lambda who: (
                    -len(can[who] & left),
                    -len(can[who]) if is_rule else 0,
                    plan.tier(client.client_id, who, role[who]) == "pool",
                    who,
                ),
            )
            chosen.append(best)
            left -= can[best]
        return chosen

    def _come(self, client: Client) -> list[str]:
        """Who comes to the client on dates of the plan that stay as they are, most often first."""
        source = self._source
        rows = source.current.rows if source.current is not None else ()
        met = Counter(
            row.staff_id
            for row in rows
            if row.client_id == client.client_id and row.date not in source.dates
        )
        return sorted(met, key=lambda who: (-met[who], who))

    def _can_make(self, client: Client) -> dict[str, set[int]]:
        """Which of the client's occurrences each carer who serves her could make, by number."""
        source, makes = self._source, dict[str, set[int]]()
        mine = [
            (number, other)
            for number, other in enumerate(source.occurrences)
            if other.visit.client_id == client.client_id
        ]
        for shift in source.shifts:
            for number, occurrence in mine:
                if self._may(shift, occurrence, client):
                    makes.setdefault(shift.shift.staff_id, set()).add(number)
        return makes

    def _may(self, usable: UsableShift, occurrence: VisitOccurrence, client: Client) -> bool:
        """Whether a carer of the client's own may make the visit in this shift, if it has room."""
        visit, shift = occurrence.visit, usable.shift
        if shift.date not in occurrence.dates:
            return False
        if not (usable.begins_s <= visit.latest_s and visit.earliest_s < shift.end_s):
            return False
        carer = self._source.municipality.staff_by_id[shift.staff_id]
        comes_as = standing_of(carer, client, self._source, shift.part)
        if comes_as is not Standing.OWN:
            return False
        return visit_bar(carer, visit, client, shift.date, comes_as) is None
