"""Rows of layers, put beside the day's: they are of other teams, rounds and figures."""

from __future__ import annotations

from dataclasses import replace

from data.layers.layer_kinds import LAYERS
from data.matter_model import LayerKind
from data.model import NIGHT, LayerRows, Municipality, Staff


def layers_apart(municipality: Municipality) -> Municipality:
    """The municipality with each layer's visits, staff and shifts put beside those of the day.

    A carer of the day who has a shift of the night stands among the day's staff, and her shift
    among the night's.
    """
    # Nearly all rows are the day's: they are looked at once, and in place.
    visits_apart = [one for one in municipality.visits if one.layer or one.shift == "night"]
    of_staff = {
        one.staff_id: _of_carer(one)
        for one in municipality.staff
        if one.layer or one.shift_group == "night"
    }
    lines_apart = [
        one for one in municipality.roster if one.staff_id in of_staff or one.label == NIGHT
    ]
    found = []
    for kind in LAYERS:
        rows = LayerRows(
            kind,
            tuple(one for one in visits_apart if (one.layer or "night") == kind),
            tuple(one for one in municipality.staff if of_staff.get(one.staff_id) == kind),
            tuple(one for one in lines_apart if of_staff.get(one.staff_id, "night") == kind),
        )
        if rows != LayerRows(kind):
            found.append(rows)
    if not found:
        return municipality
    visits = {one.visit_id for rows in found for one in rows.visits}
    staff = {one.staff_id for rows in found for one in rows.staff}
    lines = {one for rows in found for one in rows.roster}
    return replace(
        municipality,
        visits=tuple(one for one in municipality.visits if one.visit_id not in visits),
        staff=tuple(one for one in municipality.staff if one.staff_id not in staff),
        roster=tuple(one for one in municipality.roster if one not in lines),
        pins=tuple(
            pin
            for pin in municipality.pins
            if pin.visit_id not in visits and pin.staff_id not in staff
        ),
        layers=tuple(found),
    )


def _of_carer(carer: Staff) -> LayerKind:
    """Of somebody who is not the day's; a night of somebody by day is the night's all the same."""
    return carer.layer or "night"
