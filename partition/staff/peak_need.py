"""How many carers each team needs at once in the hours when the municipality needs most (MA-38).

A Sunday has less work than a Tuesday, but as many who want to get up at eight: rounds by the sum of
work leave its morning short. Each visit on a fixed day is spread evenly over the time that it may
take place in; the span where all teams together need most carers at once is the peak of a weekday
and shift. Every team's need is counted over the same span, so that needs of teams can be added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality
from data.plans import Team
from data.units import HOUR_S, MINUTE_S
from partition.annealing.care_work import Work, horizon, is_current, per_weekday

QUARTER_S = 15 * MINUTE_S
N_QUARTERS = 24 * HOUR_S // QUARTER_S
SPAN = 8
"""Two hours: nobody's round is filled or emptied by a crowded quarter, but by a crowded morning."""


def spread(earliest_s: int, end_s: int) -> NDArray[np.float64]:
    """The share of each quarter of the day in what lies evenly between two times, shape (96,)."""
    marks: NDArray[np.int64] = np.arange(N_QUARTERS + 1, dtype=np.int64) * QUARTER_S
    inside = np.clip(marks, earliest_s, end_s)
    share: NDArray[np.float64] = (inside[1:] - inside[:-1]) / max(1, end_s - earliest_s)
    return share


def load_curves(
    municipality: Municipality, teams: Sequence[Team], work: Work, slack_s: int
) -> NDArray[np.float64]:
    """Carers busy in each quarter, shape (n_teams, 14, 96): seven weekdays by day, then evening.

    Free-day tasks are not in it: they are put where there is room.
    """
    first, last = horizon(municipality)
    leg_s: Mapping[str, int] = dict(zip(work.client_ids, work.leg_s.tolist(), strict=True))
    curve = np.zeros((len(teams), 14, N_QUARTERS))
    for k, team in enumerate(teams):
        for client_id in team.client_ids:
            for visit in municipality.visits_of[client_id]:
                if visit.n_per_period or not is_current(visit, first, last):
                    continue
                takes_s = visit.duration_s + slack_s
                takes_s += leg_s[client_id] if visit.mode == "physical" else 0
                n_each = per_weekday(visit) * visit.carers_required
                busy = spread(visit.earliest_s, visit.latest_s + takes_s)
                slots = [day + 7 * (visit.shift == "evening") for day in visit.weekdays]
                curve[k, slots] += n_each * takes_s / QUARTER_S * busy
    return curve


def peak_milli_rounds(
    municipality: Municipality, teams: Sequence[Team], work: Work, slack_s: int
) -> NDArray[np.int64]:
    """Thousandths of carers needed at once by each team at the peak, shape (n_teams, 14)."""
    curve = load_curves(municipality, teams, work, slack_s)
    summed = np.cumsum(np.pad(curve, ((0, 0), (0, 0), (1, 0))), axis=2)
    mean = (summed[:, :, SPAN:] - summed[:, :, :-SPAN]) / SPAN
    worst = mean.sum(axis=0).argmax(axis=1)
    return np.rint(1000 * mean[:, np.arange(14), worst]).astype(np.int64)
