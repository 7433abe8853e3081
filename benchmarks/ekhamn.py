"""The page of the demo's town, with its figures, made anew.

``python -m benchmarks.ekhamn`` draws the towns, measures them and writes docs/figures/ekhamn.md;
``--clients`` says which sizes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from data.demo import facts, make_municipality, make_streets
from data.demo.municipality import levels_of

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "figures" / "ekhamn.md"
SIZES: Final = {400: "400", 1400: "1 400 (Lund)", 5300: "5 300 (Malmö)"}
TOWNS: Final = (
    "| Clients | Nodes | Segments | Street km | Addresses | Names | Visits (rows) | Staff, hourly "
    "carers too | CPU s, streets + people |\n|---|---|---|---|---|---|---|---|---|"
)
HEAD: Final = """# Ekhamn, a municipality that does not exist

*For anyone who asks how real the demo is.* Written by `python -m benchmarks.ekhamn`.

`hemrunda demo` plans for Ekhamn. `data.demo` draws it from a seed: nobody in it lives, and its
postcode series 637 is given to no place. People, visits and rosters follow the sources.

```python
from data.demo import make_municipality, make_streets

network = make_streets(seed=1, n_clients=400)  # data.streets.StreetNetwork
town = make_municipality(network, n_clients=400, n_days=14, seed=1)  # data.model.Municipality
```

One seed, one town. `make_municipality` takes a real network too. Other sizes and loads: `PRESETS`
in `data.demo.municipality`; the town as other systems export it: `data.demo.exports`.

## The town

In SWEREF 99 TM around E 607 000, N 6 487 000: a river with three bridges, an island, a railway, an
old town of one-ways, villas on blind streets, five villages (ten for a city) at 5–9 km.

"""
PEOPLE: Final = """
Seed 1, two shared cores.

## The people

**Clients** have pets, keys, pauses, decisions that end, in five classes of need. **Staff** are
contacts, a floater for each team, a pool for three or four, and hourly carers (ids with V), with
every second weekend off. **The present teams** are bad on purpose: cut straight over the river, of
about ten to fifty clients. There is no night.

## Generated against target

`[inf]` is the authors' inference, *tuned* that the towns were fitted to one; other marks are
[requests](../en/requirements.md) or studies. `python -m data.demo.facts [--clients N] [--seed S]`
prints any size; tests hold every line.

| What | Measured | Target | Basis |
|---|---|---|---|
"""
FOOT: Final = """
It leaves the targets where every second weekend is free: fewer carers cannot cover the weekends.
"""


def town_row(n_clients: int) -> str:
    """One row of the towns: what is drawn, and the CPU seconds that it takes."""
    began = time.process_time()
    network = make_streets(seed=1, n_clients=n_clients)
    drawn = time.process_time()
    town = make_municipality(network, n_clients=n_clients, n_days=14, seed=1)
    peopled = time.process_time()
    counts = (
        len(network.node_x), len(network.segment_from), round(network.length_m.sum() / 1000),
        len(network.addresses), len(network.names), len(town.visits), len(town.staff),
    )  # fmt: skip
    told = " | ".join(f"{count:,}".replace(",", " ") for count in counts)
    times = f"{drawn - began:.1f} + {peopled - drawn:.1f}"
    return f"| {SIZES.get(n_clients, n_clients)} | {told} | {times} |"


def fact_rows() -> list[str]:
    """The rows of what is generated against its target, of the default town."""
    town = make_municipality(make_streets(seed=1, n_clients=400), n_clients=400, n_days=14, seed=1)
    return facts.as_markdown(facts.measure(town, levels=levels_of(400, 1))).strip().splitlines()[2:]


def page(towns: Sequence[str], measured: Sequence[str]) -> str:
    """The whole page, of the rows of its two tables."""
    towns_table = "\n".join([TOWNS, *towns])
    return HEAD + towns_table + "\n" + PEOPLE + "\n".join(measured) + "\n" + FOOT


def main() -> None:
    """Measure, and write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--clients", type=int, nargs="+", default=list(SIZES))
    chosen = asked.parse_args()
    towns = [town_row(n) for n in chosen.clients]
    PAGE.write_text(page(towns, fact_rows()), encoding="utf-8")


if __name__ == "__main__":
    main()
