"""The night's rows, put beside the day's: they are of other teams, rounds and figures."""

from __future__ import annotations

from dataclasses import replace

from data.model import NIGHT, Municipality


def night_apart(municipality: Municipality) -> Municipality:
    """The municipality with the night's visits, staff and shifts put beside those of the day.

    A carer of the day who has a shift of the night stands among the day's staff, and her shift
    among the night's.
    """
    theirs = {one.staff_id for one in municipality.staff if one.shift_group == "night"}
    visits = tuple(one for one in municipality.visits if one.shift == "night")
    roster = tuple(
        one for one in municipality.roster if one.label == NIGHT or one.staff_id in theirs
    )
    if not (theirs or visits or roster):
        return municipality
    ids, lines = {one.visit_id for one in visits}, set(roster)
    return replace(
        municipality,
        visits=tuple(one for one in municipality.visits if one.visit_id not in ids),
        staff=tuple(one for one in municipality.staff if one.staff_id not in theirs),
        roster=tuple(one for one in municipality.roster if one not in lines),
        pins=tuple(
            pin
            for pin in municipality.pins
            if pin.visit_id not in ids and pin.staff_id not in theirs
        ),
        night_visits=visits,
        night_staff=tuple(one for one in municipality.staff if one.staff_id in theirs),
        night_roster=roster,
    )
