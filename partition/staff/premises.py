"""Premises of teams: those that the tables say serve them, or the nearest that have room.

Rounds, breaks and handovers begin and end there: of the demo's travel 59 % leads to or from the
premises. Which of the given ones a team has decides nearly all that a division can do about it:
were every client served from the premises nearest to herself, whatever her team, the demo's way to
the premises would be 3 % shorter than with the best premises for each team.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from data.model import Base, Municipality, Staff
from data.plans import Team
from data.travel_times import TravelTimes
from partition.annealing.care_work import FAR_S


def premises_seconds(
    bases: Sequence[Base], team: Team, travel: TravelTimes, mode: str
) -> NDArray[np.int64]:
    """Seconds from each of the premises to all the team's clients and back, in the sum."""
    rows = np.array([travel.client_idx(client) for client in team.client_ids], dtype=np.int64)
    seconds = travel.seconds[mode]
    sums = np.zeros(len(bases), dtype=np.int64)
    for i, base in enumerate(bases):
        b = travel.base_idx(base.base_id)
        both = np.minimum(seconds[b, rows], FAR_S) + np.minimum(seconds[rows, b], FAR_S)
        sums[i] = both.sum(dtype=np.int64)
    return sums


def team_base(municipality: Municipality, team: Team, travel: TravelTimes, mode: str) -> str:
    """The base of a team: the one said to serve it, else the nearest by network time, "" if none.

    Nearest by the sum of seconds to all the team's clients and back; ties by id.
    """
    named = sorted(base.base_id for base in municipality.bases if team.team_id in base.team_ids)
    if named:
        return named[0]
    free = [base for base in municipality.bases if not base.team_ids] or list(municipality.bases)
    free.sort(key=lambda base: base.base_id)
    far = premises_seconds(free, team, travel, mode)
    return free[int(far.argmin())].base_id if free else ""


def team_bases(
    municipality: Municipality,
    teams: Sequence[Team],
    travel: TravelTimes,
    rounds: NDArray[np.int64],
    *,
    mode: str,
    nearest: bool,
) -> tuple[str, ...]:
    """The base of each team, in their order.

    Parameters
    ----------
    rounds : ndarray of int64, shape (n_teams,)
        Rounds a week: how often the way is gone.
    nearest : bool
        The assignment with the least way in all, whatever team the tables say that the premises
        serve; each holds as many teams as they say, in proportion where there are more teams, and
        those that name none hold any number. Else `team_base` of each team.
    """
    bases = sorted(municipality.bases, key=lambda base: base.base_id)
    if not nearest or not bases:
        return tuple(team_base(municipality, team, travel, mode) for team in teams)
    n_named = sum(len(base.team_ids) for base in bases)
    more = max(1.0, len(teams) / max(1, n_named))
    seats = [math.ceil(len(base.team_ids) * more) or len(teams) for base in bases]
    column = np.repeat(np.arange(len(bases)), seats)
    cost = np.array([premises_seconds(bases, team, travel, mode) for team in teams], np.float64)
    n_clients = np.array([len(team.client_ids) for team in teams], dtype=np.float64)
    cost *= (rounds / n_clients)[:, None]
    _, chosen = linear_sum_assignment(cost[:, column])
    return tuple(bases[column[c]].base_id for c in chosen)


def carer_base(carer: Staff, team: Team, bases: Mapping[str, Base], *, nearest: bool) -> str:
    """Where a carer's rounds begin: as the staff table says, else at her team's premises.

    With ``nearest``, a carer whom the table has at the premises of her team of today goes with
    her team to its new ones; pool and those who sit apart from their team stay where they are.
    """
    own = bases.get(carer.base_id)
    if own is None:
        return team.base_id
    follows = nearest and carer.role != "pool" and carer.team_id in own.team_ids
    return team.base_id if follows else own.base_id
