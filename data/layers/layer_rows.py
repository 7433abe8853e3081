"""Rows of layers, put beside the day's: they are of other teams, rounds and figures."""

from __future__ import annotations

from dataclasses import replace

from data.layers.layer_kinds import LAYERS
from data.matter_model import LayerKind
from data.model import NIGHT, LayerRows, Municipality, Shift, Staff, Visit


def layers_apart(municipality: Municipality) -> Municipality:
    """The municipality with each layer's visits, staff and shifts put beside those of the day.

    A carer of the day who has a shift of the night stands among the day's staff, and her shift
    among the night's.
    """
    of_staff = {one.staff_id: _of_carer(one) for one in municipality.staff}
    found = []
    for kind in LAYERS:
        rows = LayerRows(
            kind,
            tuple(one for one in municipality.visits if _of_visit(one) == kind),
            tuple(one for one in municipality.staff if of_staff[one.staff_id] == kind),
            tuple(one for one in municipality.roster if _of_shift(one, of_staff) == kind),
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


def _of_visit(visit: Visit) -> LayerKind | None:
    return visit.layer or ("night" if visit.shift == "night" else None)


def _of_carer(carer: Staff) -> LayerKind | None:
    return carer.layer or ("night" if carer.shift_group == "night" else None)


def _of_shift(line: Shift, of_staff: dict[str, LayerKind | None]) -> LayerKind | None:
    """Whose layer a shift is of: the carer's own; a night of somebody by day is the night's."""
    return of_staff.get(line.staff_id) or ("night" if line.label == NIGHT else None)
