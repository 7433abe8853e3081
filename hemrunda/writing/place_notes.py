"""What a run says of places that the streets do not reach: in numbers and ids, never hidden."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from data.errors import NetworkError

if TYPE_CHECKING:
    from data.model import Municipality
    from data.plans import TeamPlan
    from routing.travel import SnapReport

FOREIGN_SHARE: Final = 0.5
MAX_IDS: Final = 8

_TEXT: Final = {
    "unplaced": "saknar koordinater",
    "outside": "ligger för långt från alla vägar",
    "far": "ligger långt från närmaste väg",
    "other_part": "ligger vid vägar utan förbindelse med resten",
    "trap": "ligger vid vägar som bara leder in eller ut",
    "ferry": "nås bara med färja",
}


def refuse_foreign_network(snaps: SnapReport) -> None:
    """Stop where most places lie off the network (faults.md B2, B9).

    Raises
    ------
    NetworkError
        Where more than half of the points are far from every street.
    """
    far = {fault.point_id for fault in snaps.of_kind("unplaced", "outside", "far")}
    if len(far) > FOREIGN_SHARE * max(snaps.n_points, 1):
        raise NetworkError(
            f"{len(far)} av {snaps.n_points} platser ligger långt från gatunätet. "
            "Är det rätt kommuns nät, och rätt koordinatsystem i tabellen?"
        )


def notes_on(snaps: SnapReport) -> list[str]:
    """One Swedish sentence for each kind of doubtful place, with the first few ids."""
    ids: dict[str, list[str]] = {}
    for fault in snaps.faults:
        named = ids.setdefault(fault.kind, [])
        own_id = fault.point_id.split(":", 1)[-1]
        if own_id not in named:
            named.append(own_id)
    counts = Counter({kind: len(named) for kind, named in ids.items()})
    return [
        f"{n} platser {_TEXT[kind]}: {', '.join(ids[kind][:MAX_IDS])}{' …' if n > MAX_IDS else ''}"
        for kind, n in counts.most_common()
    ]


def notes_on_premises(municipality: Municipality, team_plan: TeamPlan) -> list[str]:
    """Which teams have got other premises than the table says (``[teams] premises``)."""
    named = {team: base.base_id for base in municipality.bases for team in base.team_ids}
    moved = [
        f"{team.team_id} till {team.base_id} i stället för {named[team.team_id]}"
        for team in team_plan.teams
        if named.get(team.team_id, team.base_id) != team.base_id
    ]
    return [f"Närmaste lokal: {', '.join(moved)}."] if moved else []
