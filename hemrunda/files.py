"""Everything a run leaves in ``out/``: tables, measures, store, maps and manifest."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.streets import StreetNetwork
from data.travel import TravelTimes
from hemrunda import __version__

if TYPE_CHECKING:
    from hemrunda.config import Config
    from hemrunda.pipeline import Effort
    from routing.measures import Measures
    from routing.travel import TravelEngine


def plan_id_of(team_plan: TeamPlan, round_plan: RoundPlan) -> str:
    """A short fingerprint of a plan: the same plan has the same id, on paper and on screen."""
    digest = hashlib.sha256()
    for team in team_plan.teams:
        digest.update(f"{team.team_id}:{','.join(team.client_ids)};".encode())
    for row in round_plan.rows:
        digest.update(f"{row.round_id}{row.seq}{row.visit_id}{row.start_s}".encode())
    return digest.hexdigest()[:8]


def write_all(
    out: Path,
    municipality: Municipality,
    network: StreetNetwork,
    travel: TravelTimes,
    engine: TravelEngine,
    config: Config,
    effort: Effort,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    measures: Measures,
    manifest: Mapping[str, object],
) -> list[Path]:
    """Write all files of a checked plan; return their paths, the one to open first."""
    from data.store import write_outputs
    from partition.measures import team_table

    plan_id = plan_id_of(team_plan, round_plan)
    rows = team_table(municipality, team_plan, travel, network)
    full_manifest = {
        **manifest,
        "plan_id": plan_id,
        "version": __version__,
        "python": platform.python_version(),
        "seed": effort.seed,
        "n_iterations": effort.n_iterations,
        "network": network.source,
        "preset": config.general.preset,
        "dates": [day.isoformat() for day in round_plan.dates],
        "profile": "manager",
    }
    tables = write_outputs(
        out,
        municipality,
        team_plan,
        round_plan,
        measures=measures.as_dict(),
        team_table=rows,
        manifest=full_manifest,
    )
    maps = write_maps(
        out / "maps",
        municipality,
        network,
        engine,
        config,
        effort,
        team_plan,
        round_plan,
        rows,
        plan_id,
    )
    return [*maps, *tables]


def write_maps(
    folder: Path,
    municipality: Municipality,
    network: StreetNetwork,
    engine: TravelEngine,
    config: Config,
    effort: Effort,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    team_rows: Sequence[Mapping[str, object]],
    plan_id: str,
) -> list[Path]:
    """Write the team map, and a round map for each of the first days asked for."""
    from maps import write_round_map, write_team_map
    from maps.profiles import Manager

    language = config.general.language
    team_map = folder / "teams.html"
    write_team_map(
        team_map,
        municipality=municipality,
        team_plan=team_plan,
        network=network,
        team_table=team_rows,
        profile=Manager(),
        plan_id=plan_id,
        date=dt.date.today().isoformat(),
        language=language,
    )
    paths = [team_map]
    for day in round_plan.dates[: effort.map_days]:
        path = folder / f"rounds-{day.isoformat()}.html"
        write_round_map(
            path,
            municipality=municipality,
            team_plan=team_plan,
            round_plan=round_plan,
            network=network,
            leg_path=engine.leg_path,
            day=day,
            profile=Manager(),
            plan_id=plan_id,
            language=language,
        )
        paths.append(path)
    return paths
