"""The points of a redesign's folder: each a whole division that can be adopted."""

from __future__ import annotations

from pathlib import Path

from data.errors import StoreError
from data.plans import TeamPlan
from data.regular_files import regular_text


def team_plan_of(folder: Path, number: int) -> TeamPlan:
    """The division of a point.

    Raises
    ------
    StoreError
        Where the folder has no such point; those that it has are named.
    """
    from data.store.plan_files import parse_plan_json

    path = folder / "private" / f"point-{number}.json"
    if not path.is_file():
        numbers = sorted(
            int(file_path.stem.removeprefix("point-"))
            for file_path in (folder / "private").glob("point-*.json")
        )
        there = f"Det finns {numbers[0]}–{numbers[-1]}." if numbers else "Det finns inga punkter."
        raise StoreError(f"{folder.name} har ingen punkt {number}. {there}")
    return parse_plan_json(regular_text(path))[0]
