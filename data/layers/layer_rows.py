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
    visits_apart = [visit for visit in municipality.visits if visit.layer or visit.shift == "night"]
    of_staff = {
        carer.staff_id: _of_carer(carer)
        for carer in municipality.staff
        if carer.layer or carer.shift_group == "night"
    }
    apart = [
        shift for shift in municipality.roster if shift.staff_id in of_staff or shift.label == NIGHT
    ]
    layers = []
    for kind in LAYERS:
        rows = LayerRows(
            kind,
            tuple(visit for visit in visits_apart if (visit.layer or "night") == kind),
            tuple(carer for carer in municipality.staff if of_staff.get(carer.staff_id) == kind),
            tuple(shift for shift in apart if of_staff.get(shift.staff_id, "night") == kind),
        )
        if rows != LayerRows(kind):
            layers.append(rows)
    if not layers:
        return municipality
    visits = {visit.visit_id for rows in layers for visit in rows.visits}
    staff = {carer.staff_id for rows in layers for carer in rows.staff}
    lines = {shift for rows in layers for shift in rows.roster}
    return replace(
        municipality,
        visits=tuple(visit for visit in municipality.visits if visit.visit_id not in visits),
        staff=tuple(carer for carer in municipality.staff if carer.staff_id not in staff),
        roster=tuple(shift for shift in municipality.roster if shift not in lines),
        pins=tuple(
            pin
            for pin in municipality.pins
            if pin.visit_id not in visits and pin.staff_id not in staff
        ),
        layers=tuple(layers),
    )


def _of_carer(carer: Staff) -> LayerKind:
    """Of somebody who is not the day's; a night of somebody by day is the night's all the same."""
    return carer.layer or "night"
