"""Save a street network and load it back in milliseconds; refuse what is stale or foreign."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.errors import NetworkError
from data.streets import ROAD_CLASSES, AddressPoint, Feature, StreetNetwork
from routing.network.container import read_arrays, write_arrays

VERSION: Final = 1
KIND: Final = "street-network"
ARRAYS: Final = (
    *("node_x", "node_y", "node_osm_id", "node_flags", "segment_from", "segment_to"),
    *("forward", "backward", "length_m", "road_class", "max_speed_kmh", "segment_flags"),
    *("name_idx", "way_osm_id", "shape_offset", "shape_xy"),
)
_TYPES: Final = (
    *("f8", "f8", "i8", "u1", "i4", "i4", "u1", "u1", "f8", "u1", "u1", "u1", "i4", "i8", "i8"),
    "f8",
)
"""What each array holds, as the kernels' signatures have it."""


def save_network(network: StreetNetwork, path: str | Path) -> str:
    """Write the network to one file, atomically; return its digest."""
    file = Path(path)
    kinds = sorted({feature.kind for feature in network.features})
    meta = {
        "kind": KIND,
        "version": VERSION,
        "epsg": network.epsg,
        "source": network.source,
        "attribution": network.attribution,
        "bbox": [round(value, 2) for value in network.bounds],
        "saved": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        "feature_kinds": kinds,
        "notes": dict(network.notes),
    }
    arrays: dict[str, NDArray[Any]] = {name: getattr(network, name) for name in ARRAYS}
    n_of_feature = [len(feature.xy) for feature in network.features]
    if network.speed_factor is not None:
        arrays["speed_factor"] = network.speed_factor
    arrays["feature_offset"] = np.cumsum([0, *n_of_feature]).astype(np.int64)
    arrays["feature_xy"] = (
        np.vstack([feature.xy for feature in network.features])
        if network.features
        else np.zeros((0, 2))
    )
    arrays["feature_kind"] = np.array([kinds.index(f.kind) for f in network.features], np.uint8)
    arrays["names"] = _as_bytes(network.names)
    arrays["addresses"] = _as_bytes(
        [(a.street, a.number, a.postcode, a.city, a.x, a.y, a.dwelling) for a in network.addresses]
    )
    return write_arrays(file, meta, arrays)


def load_network(
    path: str | Path,
    *,
    inside: Sequence[float] | None = None,
    max_age_days: int | None = None,
) -> StreetNetwork:
    """Load a network that `save_network` wrote; the arrays are memory-mapped.

    Parameters
    ----------
    path : path
        The file.
    inside : (west, south, east, north), optional
        Where the municipality's points lie, in the network's CRS. A network that does not touch
        this box is another municipality's and is refused.
    max_age_days : int, optional
        Refuse a network saved longer ago than this.

    Raises
    ------
    NetworkError
        Where the file is missing, foreign, of another version, truncated, altered, too old, or
        of another place.
    """
    file = Path(path)
    meta, arrays = read_arrays(file)
    if meta.get("kind") != KIND or meta.get("version") != VERSION:
        raise NetworkError(
            f"{file.name} är inget gatunät av version {VERSION}. Bygg om det med "
            "hemrunda network build."
        )
    try:
        _check_place(file.name, meta["bbox"], inside)
        _check_age(file.name, meta["saved"], max_age_days)
        network = _network(meta, arrays)
        _check_whole(network)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NetworkError(f"{file.name} är skadad. Bygg nätet på nytt.") from error
    return network


def _network(meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> StreetNetwork:
    cuts = arrays["feature_offset"]
    features = tuple(
        Feature(meta["feature_kinds"][kind], arrays["feature_xy"][cuts[i] : cuts[i + 1]])
        for i, kind in enumerate(arrays["feature_kind"].tolist())
    )
    return StreetNetwork(
        **{name: arrays[name] for name in ARRAYS},
        names=tuple(_from_bytes(arrays["names"])),
        epsg=meta["epsg"],
        source=meta["source"],
        attribution=meta["attribution"],
        features=features,
        speed_factor=arrays.get("speed_factor"),
        addresses=tuple(AddressPoint(*row) for row in _from_bytes(arrays["addresses"])),
        notes=meta.get("notes", {}),
    )


def _check_whole(network: StreetNetwork) -> None:
    """Refuse arrays that do not fit each other: the kernels follow their indices unseen.

    Raises
    ------
    ValueError
    """
    for name, kind in zip(ARRAYS, _TYPES, strict=True):
        values = getattr(network, name)
        if values.dtype != np.dtype(kind) or not np.isfinite(values).all():
            raise ValueError("an array of another kind")
    n_nodes, n_segments = len(network.node_x), len(network.segment_from)
    of_nodes = (network.node_x, network.node_y, network.node_osm_id, network.node_flags)
    of_segments = [getattr(network, name) for name in ARRAYS[4:14]]
    if any(a.shape != (n_nodes,) for a in of_nodes) or any(
        a.shape != (n_segments,) for a in of_segments
    ):
        raise ValueError("arrays of different lengths")
    offset, n_points = network.shape_offset, len(network.shape_xy)
    is_in_order = offset.shape == (n_segments + 1,) and bool((np.diff(offset) >= 2).all())
    if not is_in_order or network.shape_xy.shape != (n_points, 2):
        raise ValueError("shapes out of order")
    if n_segments and (offset[0] != 0 or offset[-1] != n_points):
        raise ValueError("shapes beyond their points")
    for values, most in (
        (network.segment_from, n_nodes), (network.segment_to, n_nodes),
        (network.name_idx + 1, len(network.names) + 1), (network.road_class, len(ROAD_CLASSES)),
    ):  # fmt: skip
        if n_segments and not (int(values.min()) >= 0 and int(values.max()) < most):
            raise ValueError("an index beyond what it counts")


def _check_place(name: str, bbox: Sequence[float], inside: Sequence[float] | None) -> None:
    if inside is None:
        return
    apart = bbox[0] > inside[2] or bbox[2] < inside[0] or bbox[1] > inside[3] or bbox[3] < inside[1]
    if apart:
        raise NetworkError(
            f"{name} täcker en annan plats än kommunens adresser. Bygg nätet av rätt karta."
        )


def _check_age(name: str, saved: str, max_age_days: int | None) -> None:
    if max_age_days is None:
        return
    age = dt.datetime.now(tz=dt.UTC) - dt.datetime.fromisoformat(saved)
    if age.days > max_age_days:
        raise NetworkError(
            f"{name} är {age.days} dagar gammal; gränsen är {max_age_days}. Bygg nätet på nytt."
        )


def _as_bytes(value: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(list(value), ensure_ascii=False).encode(), np.uint8)


def _from_bytes(array: NDArray[np.uint8]) -> list[Any]:
    return list(json.loads(array.tobytes()))


def digest_of(network: StreetNetwork) -> str:
    """A digest of streets and permissions, not of speeds; equal networks have equal digests."""
    import hashlib

    digest = hashlib.blake2b(digest_size=16)
    for name in ARRAYS:
        values = np.ascontiguousarray(getattr(network, name))
        digest.update(f"{name}{values.dtype}{values.shape}".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()
