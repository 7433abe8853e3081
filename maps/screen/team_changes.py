"""Before and after: which team of before is which team of now, and who moves.

Teams keep their identity by id. Where ids were changed, teams of before are paired with teams
of now so that the fewest clients move (an assignment problem; Kuhn 1955,
doi 10.1002/nav.3800020109).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np


def same_team(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The team of now that each team of before goes on as.

    Parameters
    ----------
    before, now : mapping of client_id to team_id
        Clients without a team of before are absent from ``before``.

    Returns
    -------
    dict of str to str
        Teams of before that no team of now goes on as are absent.
    """
    from scipy.optimize import linear_sum_assignment

    kept = set(before.values()) & set(now.values())
    old = sorted(set(before.values()) - kept)
    new = sorted(set(now.values()) - kept)
    pairs = {team: team for team in sorted(kept)}
    if not old or not new:
        return pairs
    shared = Counter((before[client], now[client]) for client in before.keys() & now.keys())
    counts = np.array([[shared[(a, b)] for b in new] for a in old])
    for i, j in zip(*linear_sum_assignment(counts, maximize=True), strict=True):
        if counts[i, j]:
            pairs[old[i]] = new[j]
    return pairs


def movers(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Clients whose team of now does not go on from their team of before, in order of id."""
    pairs = same_team(before, now)
    return sorted(
        client for client in before.keys() & now.keys() if pairs.get(before[client]) != now[client]
    )
