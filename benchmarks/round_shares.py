"""What each share and temperature of the rounds' search is worth: one changed at a time.

Cost in per cent of that of the default, at the same iterations, the geometric mean of the four
worlds of `tests.rooms_routing.test_quality_rounds` and of seeds; under 100 is better::

    python -m benchmarks.round_shares --iterations 20000 --seeds 5
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from unittest.mock import patch

from routing.engine.search_params import Orders, Removals, SearchParams
from routing.rounds import round_problem
from tests.rooms_routing.quality_worlds import annealed, team_world

WORLDS = ((2, 24, 6, 1), (3, 20, 6, 1, 0.4), (4, 12, 3, 14), (5, 14, 4, 14))
USUAL = SearchParams(hot=3000.0, n_batches=8)
"""The worlds' prices are written for a hotter start than the default's."""


def changes() -> Iterator[tuple[str, SearchParams]]:
    """Each share at none and at twice itself, the others in proportion; each number so too."""
    for part, of in (("removals", Removals()), ("orders", Orders())):
        for one in fields(of):
            share = getattr(of, one.name)
            if share == 0.0:
                continue
            for factor in (0.0, 2.0):
                scaled = replace(of, **{one.name: min(share * factor, 0.9)})
                if one.name != "absent":
                    scaled = _whole(scaled, of, one.name)
                yield f"{one.name} x{factor:g}", replace(USUAL, **{part: scaled})
    for name in ("hot", "cold", "most_out", "longest", "retried"):
        for factor in (0.5, 2.0):
            number = type(getattr(USUAL, name))(getattr(USUAL, name) * factor)
            yield f"{name} {number:g}", replace(USUAL, **{name: number})
    for blink in (0.0, 0.04):
        yield f"blink {blink:g}", replace(USUAL, blink=blink)


NEAR = (("N_NEAR", 20), ("N_NEAR", 80), ("APART_SHARE", 0.0), ("APART_SHARE", 1.0))
"""Which visits are near, and how many are listed: numbers of `routing.rounds.round_problem`."""


def _whole(scaled: Removals | Orders, of: Removals | Orders, changed: str) -> Removals | Orders:
    """The other shares, so scaled that all sum to what they did."""
    apart = {"absent", "from_latest", "from_idlest", changed}
    names = [one.name for one in fields(of) if one.name not in apart]
    room = sum(getattr(of, name) for name in names)
    left = room + getattr(of, changed) - getattr(scaled, changed)
    return replace(scaled, **{name: getattr(of, name) * left / room for name in names})


def main() -> None:
    """Print a line a change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="changes whose name holds the word")
    chosen = parser.parse_args()
    worlds = [team_world(*world) for world in WORLDS]

    def costs(params: SearchParams) -> list[float]:
        return [
            annealed(world, chosen.iterations, params, seed).cost
            for world in worlds
            for seed in range(1, chosen.seeds + 1)
        ]

    usual = costs(USUAL)
    for name, params in changes():
        if chosen.only not in name:
            continue
        show(name, costs(params), usual)
    for name, number in NEAR:
        if chosen.only not in name:
            continue
        with patch.object(round_problem, name, number):
            show(f"{name} {number:g}", costs(USUAL), usual)


def show(name: str, costs: Sequence[float], usual: Sequence[float]) -> None:
    """Print the geometric mean of the costs in per cent of the usual ones."""
    logs = [math.log(cost / was) for cost, was in zip(costs, usual, strict=True)]
    print(f"{name:22s} {100 * math.exp(sum(logs) / len(logs)):6.1f}", flush=True)


if __name__ == "__main__":
    main()
