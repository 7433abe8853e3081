"""Make the gallery from the embedded municipality: ``python docs/gallery/make.py [FOLDER]``.

The files go to FOLDER (a temporary one by default), the pictures beside this script.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

from data.demo import make_municipality, make_streets
from data.rules import Rules
from maps import gallery, write_base_sheet
from maps.paper.base_view import base_sheet
from partition.team_planning import plan_teams
from partition.teams.team_measures import team_table
from routing.answers.base_weeks import base_plan, week_of_cycle
from routing.check.view import see
from routing.measures import measure
from routing.measures.contact_ceiling import contact_ceiling_pct_by_client
from routing.measures.slices import whole
from routing.rounds import plan_rounds
from routing.travel import travel_times

N_CLIENTS = 400
N_ITERATIONS = 400_000
N_WEEKS = 2


def main() -> None:
    """Plan two weeks of Ekhamn, write one file of every kind, and take the pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="galleri-"))
    rules = Rules()
    network = make_streets(seed=1, n_clients=N_CLIENTS)
    municipality = make_municipality(network, n_clients=N_CLIENTS, n_days=14, seed=1)
    travel, engine, _ = travel_times(network, municipality)
    teams = plan_teams(municipality, travel, rules, network=network, seed=1)
    rounds = plan_rounds(
        municipality, teams, travel, rules,
        dates=municipality.dates, seed=1, n_iterations=N_ITERATIONS, workers=2,
    )  # fmt: skip
    measures = measure(municipality, teams, travel, rules, rounds)
    gallery.make(
        folder,
        municipality=municipality,
        team_plan=teams,
        round_plan=rounds,
        network=network,
        leg_path=engine.leg_path,
        measures=measures.as_dict(),
        plan_id="Ekhamn-1",
        team_table=team_table(municipality, teams, travel, network),
        ceiling_pct=contact_ceiling_pct_by_client(
            whole(see(municipality, teams, travel, rules, rounds))
        ),
    )
    base = base_plan(rounds, N_WEEKS)
    busiest, _ = Counter(cell.staff_id for cell in base.cells).most_common(1)[0]
    sheet = base_sheet(
        base.of_carer(busiest), municipality=municipality, team_plan=teams, dates=rounds.dates,
        staff_id=busiest, n_weeks=N_WEEKS, week_of=partial(week_of_cycle, n_weeks=N_WEEKS),
    )  # fmt: skip
    for name in ("base.html", "base.pdf"):
        write_base_sheet(folder / name, sheet, stamp=f"Ekhamn-1 · {rounds.dates[0]}")
    shots = (*gallery.SHOTS, gallery.Shot("base.html", "base.png", 1280, 800))
    gallery.photograph(folder, Path(__file__).parent, shots)
    sys.stdout.write(f"{folder}\n")


if __name__ == "__main__":
    main()
