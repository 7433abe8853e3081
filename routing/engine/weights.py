"""What the search weighs against what, in seconds of travel.

These are not rules: no weight can buy a hard rule. Tiers are kept apart by size: leaving a visit
of class 1 unplanned outweighs every service visit of a day, and those outweigh any continuity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from data.errors import SettingsError
from data.model import PERSONAL_CARE_TASKS, Client, Visit
from data.plans import Tier
from data.units import HOUR_S

TIERS: tuple[Tier, ...] = ("contact", "vice", "team", "floater", "pool")
WORTH_PCT = 90
"""What one carer at a visit costs at most, of what it costs to leave it out."""
PRICE_MOST = 10_000_000
"""Below what a locked visit or a break costs to leave out, so that no price can buy a rule."""


@dataclass(frozen=True, slots=True)
class RoundWeights:
    """Prices in seconds of travel.

    Attributes
    ----------
    unplanned : mapping of priority to int
        One carer missing at one visit (NO-16).
    tier : mapping of tier to int
        A visit by a carer of that tier (MA-12), times ``personal_care_pct`` for personal care by
        day (LU-18) or ``non_daily_pct`` for what is not done daily (MA-19, OR-12).
    non_daily_unit_min : int
        What is not daily and takes longer than this costs in proportion, so that one cleaning of
        80 minutes weighs as much as the short visits that the contact could make instead; 0: each
        visit alike.
    new_carer_daily, new_carer_other : int
        The first visit of one more carer in 14 days, to a client with at least two visits on
        every day (the national measure counts these), and to others.
    same_day_carer : int
        Each carer who comes to a client on a date, her first visit of it: what one carer makes of
        the day costs it once (LU-27). 0: it does not matter how many share the day.
    lent : int
        Besides the pool's price, where a day carer makes a visit of another team of her area:
        only instead of leaving it unplanned (`data.rules.RoundRules.lend_in_area`).
    borrowed : int
        The same for a carer of another area (`data.rules.RoundRules.lend_between_areas`).
    named : int
        A visit that a decision gives a named carer, made by another on a day when she is at work
        (MA-18): only instead of leaving it out.
    outsider : int
        A visit by a carer outside the circle that `data.rules.ContactRules.persons_max` allows.
    passed_by : int
        What is not daily, made by another though the contact is at work and may make it on a day
        and at an hour that it has (MA-19, OR-12): as near to a rule as a price comes, since only a
        visit left out costs more. 0: no more than ``non_daily_pct`` says.
    language, sex : int
        A visit by a carer without the client's language, or not of the sex that she wishes.
    wish_pct : int
        Price of a second off the wished time, in per cent of a second of travel (LU-23).
    day_off : int
        Each day between a visit whose day is free and the day that would be even (LU-38).
    usual_pct : int
        A second before or after the band around a daily visit's usual time, in per cent of a
        second of travel, more where few starts lie outside and less where many do
        (`routing.rounds.time_consistency`); other visits with a wished time have
        ``wish_pct``. 0: no bands.
    change, move_pct : int
        Where a plan is mended: another carer or day than it says, for one carer of one visit;
        and a second earlier or later than it says, in per cent of a second of travel. Each is a
        phone call. Of eight mornings with one ill (60 and 80 clients), 50 per cent for later starts
        only moved 208 visits a quarter of an hour or more and 105 half an hour, 100 per cent both
        ways 139 and 61, for 3.4 minutes more on the way for each; more holds few more.
        ``change`` is more than all that a better carer is worth and less than a visit left out, so
        that nobody gets another person unless somebody else would get none.
    call_in : int
        That an hourly carer is called in for a shift; up to four times as much where the shift is
        nearly empty (`routing.rounds.fair_shares`). 0: it does not matter how full it is.
    uneven_pct : int
        The square of what a carer's client time differs from an equal share, over her working
        time, in per cent of a second of travel. 0: no matter who works more.
    """

    unplanned: Mapping[int, int] = field(
        default_factory=lambda: {1: 4_000_000, 2: 600_000, 3: 100_000}
    )
    tier: Mapping[Tier, int] = field(
        default_factory=lambda: {
            "contact": 0,
            "vice": 3520,
            "team": 4015,
            "floater": 4070,
            "pool": 4345,
        }
    )
    personal_care_pct: int = 110
    non_daily_pct: int = 130
    non_daily_unit_min: int = 25
    new_carer_daily: int = 3000
    new_carer_other: int = 400
    same_day_carer: int = 0
    lent: int = 30_000
    borrowed: int = 90_000
    named: int = 30_000
    outsider: int = 30_000
    passed_by: int = 0
    language: int = 150
    sex: int = 400
    wish_pct: int = 2
    day_off: int = 50
    usual_pct: int = 220
    call_in: int = 0
    uneven_pct: int = 0
    change: int = 60_000
    move_pct: int = 100

    def __post_init__(self) -> None:
        if set(self.unplanned) != {1, 2, 3} or set(self.tier) != set(TIERS):
            raise SettingsError(
                f"unplanned ska ha priser för 1, 2 och 3, tier för {', '.join(TIERS)}"
            )
        numbers = [
            *self.unplanned.values(), *self.tier.values(), self.personal_care_pct,
            self.non_daily_pct, self.non_daily_unit_min, self.new_carer_daily, self.new_carer_other,
            self.same_day_carer, self.lent, self.borrowed, self.named, self.outsider,
            self.passed_by, self.language, self.sex, self.wish_pct, self.day_off, self.usual_pct,
            self.call_in, self.uneven_pct, self.change, self.move_pct,
        ]  # fmt: skip
        if min(numbers) < 0 or max(numbers) > PRICE_MOST:
            raise SettingsError(f"priserna ska vara heltal från 0 till {PRICE_MOST}")

    def near_rules(self, *broken: bool) -> int:
        """The price of a carer who breaks some of three near-rules: named, outsider, passed by.

        The dearest of them, not their sum, which would be more than the visit is worth.
        """
        prices = (self.named, self.outsider, self.passed_by)
        return max((price for price, is_so in zip(prices, broken, strict=True) if is_so), default=0)

    def below_left_out(self, price: int, priority: int) -> int:
        """``price`` of a carer, but less than to leave the visit out: somebody dear before nobody.

        A long cleaning's price grows by its minutes, and would else pass it.
        """
        return min(price, self.unplanned[priority] * WORTH_PCT // 100)

    def carer_price(self, visit: Visit, client: Client, staff_id: str, tier: Tier) -> int:
        """The price of one carer at one visit."""
        if tier == "contact" or staff_id in client.co_contacts:
            return 0
        price = self.tier[tier]
        if staff_id in client.preferred_staff:
            price = min(price, self.tier["vice"])
        if not visit.is_daily:
            unit_s = 60 * self.non_daily_unit_min
            if 0 < unit_s < visit.duration_s:
                price = price * visit.duration_s // unit_s
            return price * self.non_daily_pct // 100
        if visit.task in PERSONAL_CARE_TASKS and visit.shift == "day":
            return price * self.personal_care_pct // 100
        return price


PRESETS: Mapping[str, RoundWeights] = MappingProxyType(
    {
        "balanced": RoundWeights(),
        "contact": RoundWeights(
            tier={"contact": 0, "vice": 5000, "team": 5450, "floater": 5500, "pool": 5750},
            usual_pct=60,
        ),
        "times": RoundWeights(usual_pct=450),
        "even": RoundWeights(
            tier={"contact": 0, "vice": 3200, "team": 3650, "floater": 3700, "pool": 3950},
            non_daily_pct=134, call_in=3600, uneven_pct=160, new_carer_daily=3400,
        ),
        "travel": RoundWeights(
            tier={"contact": 0, "vice": 320, "team": 325, "floater": 330, "pool": 345},
            non_daily_pct=120, non_daily_unit_min=0, new_carer_daily=380, new_carer_other=80,
            usual_pct=20,
        ),
    }
)  # fmt: skip
"""Named prices: what comes first where contact, calm times and travel pull against each other."""

ORDERS: Mapping[str, tuple[float, float, float, float]] = MappingProxyType(
    {
        "standard": (1.0, 1.14, 1.156, 1.234),
        "lund": (1.0, 1.45, 1.08, 1.54),
        "malmo": (1.0, 1.45, 1.54, 1.64),
        "orebro": (1.26, 1.45, 1.47, 1.64),
    }
)
"""Vice, team, floater and pool against the usual price of a vice, as each municipality words the
order (requirements 1.6): in Lund the floater comes before the rest of the team (LU-31), in Malmö
the twin before everybody (MA-12), in Örebro the contact makes the most of it (OR-10)."""
NON_DAILY_HERS = ("malmo", "orebro")
"""Where what is not done daily is always the contact's when she is at work (MA-19, OR-12)."""
PASSED_BY = 60_000
"""A vice cost 3 200. Tried with `malmo` on 120 clients, 14 days
(`benchmarks.presets --orders --only malmo`): 20 000, 60 000, 180 000 gave 96.3, 97.5 and 96.6 % of
what is not daily, 7.78, 7.72 and 7.92 carers, 0, 0 and 1 visit left out."""


def preset_weights(name: str, weights: RoundWeights | None = None) -> RoundWeights:
    """Prices with the order of one of the source municipalities (`data.rules.preset` beside it).

    ``weights`` gives the level: what a vice costs, and all that the order is silent of.
    """
    weights = weights or RoundWeights()
    if name == "standard":
        return weights
    usual = weights.tier["vice"]
    vice, team, floater, pool = (round(usual * share) for share in ORDERS[name])
    tier: dict[Tier, int] = {
        "contact": 0, "vice": vice, "team": team, "floater": floater, "pool": pool
    }  # fmt: skip
    if name not in NON_DAILY_HERS:
        return replace(weights, tier=tier)
    # A better carer for a long cleaning is worth more there, and a change must be worth more still.
    return replace(weights, tier=tier, passed_by=PASSED_BY, change=3 * weights.change // 2)


@dataclass(frozen=True, slots=True)
class SoftRules:
    """Prices per minute; everything is measured in minutes of travel.

    Attributes
    ----------
    late_per_min : int
        A visit's start after its window's end, times ``late_weight`` of its priority.
    late_max_per_min : int
        On top, for the latest visit of the day: many a little late before one very late.
    late_weight : mapping of priority to int
    overtime_per_min : int
        Coming back after the shift's end.
    wait_per_min : int
        Standing before a window opens.
    idle_max_per_min : int
        For the carer with most time left over in her shift; 0 lets a carer go home early.
    missed_break : int
        A break that could not be held in its time, in minutes of travel.
    unplanned : mapping of priority to int
        A visit left out altogether, in minutes of travel.
    wish_pct : int
        Price of a minute off a wished time, in per cent of a minute of travel.
    overtime_max_s : int or None
        Nobody is back later than this after her shift's end, at any price: what does not fit is
        left out and named instead. None: no limit but the prices.
    suggest : bool
        Whether ``plan`` and ``rounds`` also say how each unplanned visit could be made late
        (``late.csv``).
    """

    late_per_min: int = 4
    late_max_per_min: int = 2
    late_weight: Mapping[int, int] = field(default_factory=lambda: {1: 3, 2: 1, 3: 1})
    overtime_per_min: int = 6
    wait_per_min: int = 1
    idle_max_per_min: int = 0
    missed_break: int = 600
    unplanned: Mapping[int, int] = field(default_factory=lambda: {1: 100_000, 2: 10_000, 3: 1_000})
    wish_pct: int = 10
    overtime_max_s: int | None = 2 * HOUR_S
    suggest: bool = False

    def __post_init__(self) -> None:
        numbers = [
            self.late_per_min, self.late_max_per_min, self.overtime_per_min, self.wait_per_min,
            self.idle_max_per_min, self.missed_break, self.wish_pct,
            self.overtime_max_s or 0, *self.late_weight.values(), *self.unplanned.values(),
        ]  # fmt: skip
        if min(numbers) < 0 or max(numbers) > 1_000_000:
            raise SettingsError("[soft] priserna ska vara heltal från 0 till 1 000 000")
        if {1, 2, 3} - set(self.late_weight) or {1, 2, 3} - set(self.unplanned):
            raise SettingsError("[soft] late_weight och unplanned ska ha värden för 1, 2 och 3")
