"""Keep what costs most to prepare, the hierarchies, in a folder of the caller's choice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.errors import NetworkError
from data.streets import StreetNetwork
from data.units import MODES
from routing.network.container import read_arrays, write_arrays
from routing.network.network_store import digest_of
from routing.travel.engine import TravelEngine
from routing.travel.kernels.hierarchy_kernels import Hierarchy
from routing.travel.speed_profile import SpeedProfile

VERSION: Final = 1
KIND: Final = "travel-hierarchies"


def prepared_name(network: StreetNetwork) -> str:
    """The file's name, with the network's digest: a changed network never meets old work."""
    return f"{digest_of(network)}.restider"


def save_prepared(engine: TravelEngine, path: str | Path) -> None:
    """Write the engine's hierarchies to one file, atomically."""
    hierarchies = engine.hierarchies
    meta = {
        "kind": KIND,
        "version": VERSION,
        "network": digest_of(engine.network),
        "topologies": sorted(hierarchies),
    }
    arrays: dict[str, NDArray[Any]] = {
        f"{key}.{name}": getattr(hierarchy, name)
        for key, hierarchy in hierarchies.items()
        for name in Hierarchy._fields
    }
    write_arrays(Path(path), meta, arrays)


def load_prepared(
    network: StreetNetwork, path: str | Path, *, profile: SpeedProfile | None = None
) -> TravelEngine:
    """An engine with the hierarchies of a file, memory-mapped.

    Raises
    ------
    NetworkError
        Where the file is missing, broken, of another version, or was made for another network.
    """
    file = Path(path)
    meta, arrays = read_arrays(file)
    if meta.get("kind") != KIND or meta.get("version") != VERSION:
        raise NetworkError(f"{file.name} är ingen förberedd restidsfil av version {VERSION}.")
    if meta["network"] != digest_of(network):
        raise NetworkError(f"{file.name} hör till ett annat gatunät. Förbered på nytt.")
    engine = TravelEngine(network, profile or SpeedProfile())
    for key in meta["topologies"]:
        columns = [np.asarray(arrays[f"{key}.{name}"]) for name in Hierarchy._fields]
        engine.hierarchies[key] = Hierarchy(*columns)
    return engine


def prepare(
    network: StreetNetwork,
    folder: str | Path,
    modes: Sequence[str] = MODES,
    *,
    profile: SpeedProfile | None = None,
) -> TravelEngine:
    """An engine ready for ``modes``: from the folder where it holds one, else built and kept.

    A file that cannot be used is replaced.
    """
    file = Path(folder) / prepared_name(network)
    try:
        engine = load_prepared(network, file, profile=profile)
    except NetworkError:
        engine = TravelEngine(network, profile or SpeedProfile())
    n_known = len(engine.hierarchies)
    for mode in modes:
        engine.hierarchy(mode)
    if len(engine.hierarchies) > n_known:
        save_prepared(engine, file)
    return engine
