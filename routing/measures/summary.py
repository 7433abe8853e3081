"""The short Swedish summary that stands at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.units import number_text

if TYPE_CHECKING:
    from routing.measures import Measures


def sv(value: float | None, n_decimals: int = 1) -> str:
    """A number the Swedish way: decimal comma, no-break thousands space; – where there is none."""
    return number_text(value, n_decimals)


def summary_sv(measures: Measures) -> list[tuple[str, str]]:
    """Label and text, line by line."""
    scope = measures.municipality
    sizes = sorted(measures.clients_per_team.values())
    who, people, time = scope.who, scope.continuity, scope.hours
    tiers = who.tier_pct
    return [
        ("Arbetslag", f"{len(sizes)} för {sv(scope.n_clients, 0)} brukare"),
        ("Brukare per arbetslag", f"{sizes[0]}–{sizes[-1]}" if sizes else "–"),
        (
            "Besök planerade",
            f"{sv(scope.planned.n_planned, 0)} av {sv(scope.planned.n_due, 0)} "
            f"({sv(scope.planned.planned_pct)} %)",
        ),
        ("Oplanerade", _unplanned(measures)),
        *_granted(measures),
        (
            "Besök av omsorgskontakt",
            f"{sv(tiers['contact'])} % (tak {sv(who.contact_ceiling_pct)} %, "
            f"mål {who.contact_target_pct} %; {sv(who.contact_of_ceiling_pct, 0)} % av taket)",
        ),
        (
            "Vice, lag, löpare, resurs",
            ", ".join(f"{sv(tiers[tier])} %" for tier in ("vice", "team", "floater", "pool")),
        ),
        (
            f"Olika personal på {people.period_days} dagar",
            f"{sv(people.distinct_carers_mean)} i medel, "
            f"{sv(people.distinct_carers_median)} i median "
            f"({sv(people.n_clients_counted, 0)} brukare med minst "
            f"{measures.definition.min_visits_per_day} besök varje dag)",
        ),
        ("Brukartid", f"{sv(time.client_time_pct)} % ({_band(measures)})"),
        (
            "Kringtid",
            f"{sv(time.overhead_pct)} % av arbetstiden, räknat i priset "
            f"{time.overhead_budget_pct} %",
        ),
        *_aside(measures),
        (
            "Tunga insatser",
            f"{scope.fairness.n_heavy_half_days} halvdagar med fler än en person bör ha",
        ),
        (
            "Resor",
            f"{sv(time.travel_pct)} % av arbetstiden, "
            f"{sv(time.travel_per_visit_min)} min per besök med dörr och parkering",
        ),
        ("Raster", f"{sv(time.n_breaks_held, 0)} av {sv(time.n_breaks_due, 0)} lagda"),
    ]


def _aside(measures: Measures) -> list[tuple[str, str]]:
    """Clients in no team; nothing where there are none."""
    if not measures.aside:
        return []
    words = [
        f"{n} {'med bara larm' if who == 'alarm_only' else f'hos {who}'}"
        for who, n in measures.aside.items()
    ]
    return [("Utanför rundorna", ", ".join(words))]


def _granted(measures: Measures) -> list[tuple[str, str]]:
    """What is planned of what is granted; nothing where the tables grant no minutes."""
    given = measures.municipality.granted
    if not given.n_clients:
        return []
    text = (
        f"{sv(given.planned_pct)} % planerad ({sv(given.ordered_pct)} % beställd); av "
        f"{sv(given.n_clients, 0)} brukare {sv(given.n_over, 0)} över 105 % och "
        f"{sv(given.n_under, 0)} under 95 %"
    )
    return [("Beviljad tid", text)]


def _unplanned(measures: Measures) -> str:
    planned = measures.municipality.planned
    by_priority = planned.n_unplanned_by_priority
    return (
        f"{sv(planned.n_unplanned, 0)} (prioritet 1: {by_priority['1']}, "
        f"2: {by_priority['2']}, 3: {by_priority['3']})"
    )


def _band(measures: Measures) -> str:
    time = measures.municipality.hours
    low, high = time.band_pct
    outside = [scope.hours.band for scope in measures.teams.values()]
    text = {
        "under": f"under riktvärdet {low}–{high} %",
        "over": f"över riktvärdet {low}–{high} %: för lite luft",
        "inside": f"inom riktvärdet {low}–{high} %",
        "": "ingen arbetstid",
    }[time.band]
    return f"{text}; {outside.count('under')} arbetslag under, {outside.count('over')} över"
