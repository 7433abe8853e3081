"""How the search goes about it: acceptance, removals and orders, each with its tuned share.

Nothing here changes what a plan costs. Beside a number stands the cost with another, in per cent
of ours, at 20 000 iterations on four small worlds of `tests.rooms_routing.quality_worlds`, the mean
of five seeds (``python -m benchmarks.round_shares``): most are within half a per cent, so that no
one removal or order carries the search.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import FloatArray


@dataclass(frozen=True, slots=True)
class Removals:
    """What share of the iterations takes visits out by which removal (`kernels_ruin.ruin`).

    What is left of 1 takes out a whole route.

    Attributes
    ----------
    strings : float
        Strings of neighbouring routes: the workhorse everywhere.
    client : float
        One client's visits over the horizon: the only step to another contact in one step.
    new_carers : float
        All visits to a client of a carer who seldom comes there, and room with those she knows.
    times : float
        A visit far off its hour, and room at that hour.
    worst : float
        The dearest of a few drawn, where the plan is nearly cold.
    two_shifts, hours : float
        The same hours of two shifts, or of a whole date: swaps of whole mornings.
    near : float
        Visits one by one around a visit: for pairs, whose carers strings seldom take out at once.
    anywhere : float
        Visits from all over the plan.
    absent : float
        Of iterations where something is unplanned: room for it, instead of any of these.
    from_latest, from_idlest : float
        How often strings and what is near begin at the latest visit, or at one for the idlest
        carer; where starts move.
    """

    strings: float = 0.45  # none: 99.8; twice: 100.8
    client: float = 0.08  # none: 99.8; twice: 100.3
    new_carers: float = 0.20  # none: 101.0; twice: 99.5
    times: float = 0.04  # none: 100.2; twice: 100.5
    worst: float = 0.10  # none: 100.6; twice: 100.3
    two_shifts: float = 0.06  # none: 99.7; twice: 100.1
    hours: float = 0.03  # none: 100.2; twice: 99.8
    near: float = 0.0
    anywhere: float = 0.0
    absent: float = 0.15  # none: 100.4; twice: 100.9
    from_latest: float = 0.0
    from_idlest: float = 0.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What share of the iterations places in which order (`kernels_search.order_removed`).

    What is left of 1 places first what is dearest to leave out.

    Attributes
    ----------
    random, narrow, longest, earliest, fewest : float
        At random; narrow windows, long visits, early ones, those with few carers first.
    far, close : float
        By the travel from where the routes begin.
    heavy : float
        By what it takes of a route's capacity.
    """

    random: float = 0.25  # none: 100.1; twice: 100.5
    narrow: float = 0.20  # none: 100.3; twice: 100.1
    longest: float = 0.15  # none: 100.3; twice: 100.1
    earliest: float = 0.15  # none: 100.4; twice: 100.1
    fewest: float = 0.15  # none: 100.3; twice: 100.8
    far: float = 0.0
    close: float = 0.0
    heavy: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchParams:
    """How the search goes about it.

    Attributes
    ----------
    iterations_per_visit : int
        Iterations where neither a number nor a time is asked for, over ``full_days`` or more.
    full_days : int
        A shorter horizon has persons to gather over fewer days and takes fewer iterations a visit
        (`effort`): a day alone a quarter of them at seven.
    hot, cold : float
        Temperatures of the annealing, in seconds of travel (acceptance: a plan is taken that is
        dearer by less than an exponential variable of that mean). What a change of persons costs
        is tried in earnest only where it is not far above the first.
    n_batches : int
        How often the clock and the user are looked at.
    removals : Removals
    orders : Orders
    most_out, longest : int
        About how many visits the strings of an iteration hold at most, and the longest of them.
    split : float
        How often a string keeps its middle (split strings).
    blink : float
        How often a place is passed over.
    retried : int
        How many of the unplanned are tried again in an iteration.
    nearest : int
        Beside how many of its nearest a visit that hangs together with no other is put; 0: any.
        For the pure problem's long routes: a day of 1 500 clients has 425 h of ways with 40 and 421
        with any, in a fourth less time.
    """

    iterations_per_visit: int = 420
    full_days: int = 7
    hot: float = 2000.0  # in small worlds, 1500, 3000 and 6000: 99.9, 100, 101.0
    cold: float = 20.0  # 10: 99.8; 40: 100.6
    n_batches: int = 40
    removals: Removals = Removals()
    orders: Orders = Orders()
    most_out: int = 28  # 14: 100.7; 56: 100.4
    longest: int = 8  # 4: 100.0; 16: 100.1
    split: float = 0.0
    blink: float = 0.01  # none: 100.4; 0.04: 100.6
    retried: int = 6  # 3: 100.0; 12: 99.7
    nearest: int = 0

    def effort(self, n_visits: int, n_days: int) -> int:
        """Iterations for so many visits over so many days."""
        share = min(1.0, (n_days + 1) / (self.full_days + 1))
        return round(self.iterations_per_visit * share * n_visits)

    def table(self) -> FloatArray:
        """The shares as the kernels read them: summed up, removal by removal."""
        tuned = np.zeros(k.TUNE_SIZE)
        shares = [getattr(self.removals, field.name) for field in fields(self.removals)]
        tuned[k.TUNE_STRINGS : k.TUNE_ANY + 1] = np.cumsum(shares[: k.TUNE_ANY + 1])
        tuned[k.TUNE_ABSENT : k.TUNE_SEED_IDLEST + 1] = shares[k.TUNE_ABSENT :]
        orders = [getattr(self.orders, field.name) for field in fields(self.orders)]
        tuned[k.TUNE_RANDOM : k.TUNE_HEAVY + 1] = np.cumsum(orders)
        tuned[k.TUNE_OUT], tuned[k.TUNE_LONGEST] = self.most_out, self.longest
        tuned[k.TUNE_SPLIT], tuned[k.TUNE_BLINK] = self.split, self.blink
        tuned[k.TUNE_RETRIED], tuned[k.TUNE_NEAREST] = self.retried, self.nearest
        return tuned


QUICK = SearchParams(iterations_per_visit=30, full_days=1, hot=300.0)
"""For a first look: a fourteenth of the time, and more carers to each client."""
MENDING = SearchParams(iterations_per_visit=1000, full_days=1, hot=600.0, cold=5.0)
"""A plan that stands but for a few visits is not to be melted down; and not so cold that a person
who was changed on the way could not be changed back past the times that stand between (60)."""
MOVING = SearchParams(
    full_days=1,
    removals=Removals(
        strings=0.60, client=0.0, new_carers=0.0, times=0.0, worst=0.0, two_shifts=0.0, hours=0.0,
        near=0.20, anywhere=0.18, absent=0.0, from_latest=0.10, from_idlest=0.15,
    ),
    orders=Orders(
        random=0.50, narrow=0.10, longest=0.10, earliest=0.10, fewest=0.10, far=0.10,
    ),
    most_out=14, retried=3,
)  # fmt: skip
"""Where starts move: an insertion is tried in full, so fewer visits are taken out at a time, and
by the shares that the public home-care instances were won with."""
DISTANCE = SearchParams(
    removals=Removals(
        strings=1.0, client=0.0, new_carers=0.0, times=0.0, worst=0.0, two_shifts=0.0, hours=0.0,
        absent=0.05,
    ),
    orders=Orders(
        random=4 / 17, narrow=2 / 17, longest=0.0, earliest=2 / 17, fewest=0.0, far=2 / 17,
        close=1 / 17, heavy=4 / 17,
    ),
    longest=20, most_out=14, split=0.5,
)  # fmt: skip
"""The pure problem: slack induction by string removals (Christiaens & Vanden Berghe 2020, doi
10.1287/trsc.2019.0914), in their orders. Per cent over the best known after 8 CPU s, of R112,
RC204, R204 and R1_2_4, one seed: ``most_out`` 40 and ``longest`` 10, which is theirs, 0.94; 24 and
10 0.43; 24 and 20 0.38; of RC204, R204, R1_2_4 and RC2_2_3, another seed: 24 and 20 0.36; 18 and 12
0.36; 14 and 20 0.32."""
