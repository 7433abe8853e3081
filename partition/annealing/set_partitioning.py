"""The best division that can be put together of teams met so far: set partitioning.

Every region that is annealed again yields teams, most of them in divisions that are thrown away.
Kept as columns, they make an integer programme: choose teams, so that each unit is in exactly one
of them. It joins the good parts of divisions that no single run has visited together (Taillard
1999, doi 10.1051/ro:1999101, for routes). HiGHS stops by nodes, so that a run can be
repeated; what it has when the search's own time is gone is not used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from partition.annealing import annealing_kernels as kernels
from partition.annealing.partition_problem import PartitionProblem, make_state
from partition.annealing.silence_stdout import silence_stdout

MAX_UNITS = 1000
"""Beyond this a programme takes longer than the regions that it replaces."""

MAX_COLUMNS = 4000
"""Teams kept for the programme, the cheapest; it grows with them, and see ``NODE_LIMIT``."""
NODE_LIMIT = 60
"""Branchings of one programme: it is one step among many, ended by count so that runs repeat."""


class Columns:
    """Teams within their bounds, each with its cost and with the best division it was part of."""

    def __init__(self, problem: PartitionProblem) -> None:
        self._problem = problem
        self._state = make_state(problem)
        self._is_alike = are_teams_alike(problem)
        self._found: dict[tuple[int, bytes], list[int]] = {}
        self._n_at_last = 0

    def add(self, team: NDArray[np.int64], teams: NDArray[np.int64] | None = None) -> None:
        """Keep the teams of a division, or some of them, if they are within their bounds."""
        p, s = self._problem, self._state
        cost = int(kernels.load_division(p, s, team))
        price = team_costs(p, s.touched, team) + s.medoid_cost + s.intra_travel
        price += np.maximum(0, s.fragments - 1) * p.fragment_price
        for k in range(len(s.size)) if teams is None else teams.tolist():
            if s.excess[k] == 0 and s.size[k] > 0:
                mine = np.flatnonzero(team == k).astype(np.int32)
                key = (-1 if self._is_alike else k, mine.tobytes())
                known = self._found.setdefault(key, [int(price[k]), cost, k])
                known[1] = min(known[1], cost)

    @property
    def n_new(self) -> int:
        """Columns that have come since the last programme."""
        return len(self._found) - self._n_at_last

    def combined(self, seconds: float = float("inf")) -> NDArray[np.int64] | None:
        """The best division of the columns kept, or None where the solver found none.

        Who gives it so many ``seconds`` must not use what comes when they are gone: it depends on
        the machine.
        """
        if len(self._found) > MAX_COLUMNS:
            order = sorted(self._found, key=lambda key: self._found[key][1])[:MAX_COLUMNS]
            self._found = {key: self._found[key] for key in order}
        self._n_at_last = len(self._found)
        keys = list(self._found)
        members = [np.frombuffer(mine, dtype=np.int32) for _, mine in keys]
        price = np.array([self._found[key][0] for key in keys], dtype=float)
        label = np.array([max(0, k) for k, _ in keys], dtype=np.int64)
        chosen = self._solve(members, price, label, max(0.1, seconds))
        if chosen is None:
            return None
        team = np.zeros(len(self._problem.weight), dtype=np.int64)
        for number, q in enumerate(chosen):
            team[members[q]] = number if self._is_alike else label[q]
        return team

    def _solve(
        self,
        members: list[NDArray[np.int32]],
        price: NDArray[np.float64],
        label: NDArray[np.int64],
        seconds: float,
    ) -> list[int] | None:
        from scipy.optimize import LinearConstraint, milp
        from scipy.sparse import coo_array

        n_units, n_teams = self._problem.linear.shape
        n_labels, each = (1, float(n_teams)) if self._is_alike else (n_teams, 1.0)
        column = np.repeat(np.arange(len(members)), [len(mine) for mine in members])
        rows = np.concatenate([*members, n_units + label])
        columns = np.concatenate([column, np.arange(len(members))])
        shape = (n_units + n_labels, len(members))
        matrix = coo_array((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
        right = np.concatenate([np.ones(n_units), np.full(n_labels, each)])
        with silence_stdout():
            result = milp(
                price / max(1.0, price.mean()),
                integrality=np.ones(len(members)),
                bounds=(0, 1),
                constraints=LinearConstraint(matrix, right, right),
                options={"node_limit": NODE_LIMIT, "time_limit": seconds},
            )
        if result.x is None:
            return None
        return [int(q) for q in np.flatnonzero(result.x > 0.5)]


def are_teams_alike(problem: PartitionProblem) -> bool:
    """Whether it does not matter which number a team has: no present teams, no locks, one bound."""
    linear = problem.linear
    same_price = bool((linear == linear[:, :1]).all())
    same_low = bool((problem.low == problem.low[:1]).all())
    return same_price and same_low and bool((problem.high == problem.high[:1]).all())


def team_costs(
    problem: PartitionProblem, touched: NDArray[np.int64], team: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What each team costs by its number and by the other services' areas it touches."""
    cost = np.zeros(len(problem.low), dtype=np.int64)
    np.add.at(cost, team, problem.linear[np.arange(len(team)), team])
    for layer in range(problem.category.shape[1]):
        kinds = np.unique(problem.category[:, layer])
        n_kinds = (touched[:, kinds] > 0).sum(axis=1)
        cost += np.maximum(0, n_kinds - 1) * problem.category_price[layer]
    return cost
