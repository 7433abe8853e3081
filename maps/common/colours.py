"""Colours, shapes and patterns of teams and rounds, told apart without colour too (I4).

Every colour carries white text at a contrast of at least 4.5 to 1 (WCAG 2.1, 1.4.3; tested).
Neighbours get different colours; a number always stands beside the colour, and the pattern and
the marker's shape go by another cycle, so that colour and pattern repeat together late only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

COLOURS: tuple[str, ...] = (
    "#0b5fa5",
    "#b3420b",
    "#00725a",
    "#8a2f7e",
    "#7a5c00",
    "#a3123f",
    "#17748f",
    "#4a4f9e",
    "#4d6b12",
    "#6b4a3a",
)
ROUND_COLOURS: tuple[str, ...] = (*COLOURS, "#c4147c", "#1f7a1f", "#5a3fb0", "#3d4a57")
"""More than the rounds of a team that are seen at once."""
N_PATTERNS = 7
"""Patterns and shapes drawn by ``assets/marks.js``; prime to the number of colours."""


def colour_indices(
    ids: Sequence[str],
    neighbours: Mapping[str, set[str]],
    n_colours: int = len(COLOURS),
    wished: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """A colour for each id, in order, that none of its neighbours has, spread evenly.

    Parameters
    ----------
    ids : sequence of str
    neighbours : mapping of str to set of str
        Symmetric. With more neighbours than colours the least crowded colour is taken.
    n_colours : int
        Or as many patterns.
    wished : mapping of str to int, optional
        The colour that an id keeps where no neighbour has it; others take what nobody wishes.
    """
    wished = wished or {}
    held = set(wished.values())
    chosen: dict[str, int] = {}
    n_used = [0] * n_colours
    for name in ids:
        beside = [chosen[other] for other in neighbours.get(name, ()) if other in chosen]
        own = wished.get(name)
        best = min(
            range(n_colours),
            key=lambda c: (beside.count(c), c != own, c in held, n_used[c], c),
        )
        chosen[name] = best
        n_used[best] += 1
    return chosen
