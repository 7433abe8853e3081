"""Who may use a way or pass a node, by OpenStreetMap's tags.

The rules follow OSM's access hierarchy (wiki.openstreetmap.org/wiki/Key:access) with Swedish
defaults: cycling at walking pace on pedestrian streets, roads open to cyclists and walkers
unless they are motorways or motor roads (trafikförordningen 1998:1276, 9 kap.).

Named rules, which the tests and ``docs/en/travel.md`` refer to:

R1 access hierarchy, R2 private ways closed (driveways open), R3 walkers both ways,
R4 cycle contraflow, R5 no motorway for walkers and cyclists, R6 footways for bicycles only
where signed, R7 barriers on nodes, R8 ferries, R9 roundabouts and motorways are one-way,
R10 where cyclists must dismount they walk, R11 platforms, piers and paths that are no ``highway``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from data.streets import (
    BIKE,
    CAR,
    NODE_BARRIER,
    NODE_BARS_BIKE,
    NODE_BARS_CAR,
    NODE_BARS_WALK,
    NODE_CROSSING,
    NODE_SIGNAL,
    ROAD_CLASSES,
    SEGMENT_BRIDGE,
    SEGMENT_DISMOUNT,
    SEGMENT_LIT,
    SEGMENT_ROUNDABOUT,
    SEGMENT_TUNNEL,
    SEGMENT_UNPAVED,
    WALK,
)

CLASS_CODE: Final = {name: code for code, name in enumerate(ROAD_CLASSES)}

_CLASS_OF: Final = {
    **{name: name for name in ROAD_CLASSES if name != "ferry"},
    "road": "unclassified",
    "busway": "service",
    "bridleway": "path",
    "corridor": "footway",
    "platform": "footway",
    "elevator": "footway",
    "escalator": "steps",
}
_ALL: Final = WALK | BIKE | CAR
_DEFAULTS: Final = {
    **dict.fromkeys(ROAD_CLASSES, _ALL),
    "motorway": CAR,
    "pedestrian": WALK | BIKE,
    "cycleway": WALK | BIKE,
    "footway": WALK,
    "path": WALK | BIKE,
    "steps": WALK,
    "ferry": WALK | BIKE,
}
_WALK_ONLY: Final = frozenset({"corridor", "platform", "elevator", "escalator"})

_YES: Final = frozenset(
    {"yes", "designated", "permissive", "destination", "customers", "delivery", "permit"}
    | {"official", "public", "residents", "dismount", "true", "1", "allowed", "discouraged"}
)
_NO: Final = frozenset(
    {"no", "private", "use_sidepath", "agricultural", "forestry", "agricultural;forestry"}
    | {"emergency", "military", "closed", "restricted", "psv", "bus", "false"}
)
_HIERARCHY: Final = (
    (WALK, ("foot", "access")),
    (BIKE, ("bicycle", "vehicle", "access")),
    (CAR, ("motorcar", "motor_vehicle", "vehicle", "access")),
)
_UNPAVED: Final = frozenset(
    {"unpaved", "gravel", "fine_gravel", "ground", "dirt", "earth", "grass", "mud", "sand"}
    | {"pebblestone", "rock", "woodchips", "compacted"}
)
_YES_ONEWAY: Final = frozenset({"yes", "true", "1"})
_BACK_ONEWAY: Final = frozenset({"-1", "reverse", "reversed"})

WAY_KEYS: Final = (
    *("highway", "route", "access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar"),
    *("motorroad", "oneway", "oneway:bicycle", "oneway:foot", "junction", "service", "conveying"),
    *("cycleway", "cycleway:left", "cycleway:right", "cycleway:both", "cycleway:left:oneway"),
    *("cycleway:right:oneway", "maxspeed", "surface", "tracktype", "bridge", "tunnel", "lit"),
    *("area", "tracktype", "bus", "psv"),
)
"""The tags of a way that decide anything here; ways alike in them are judged once."""


_WALKED_AREAS: Final = frozenset({"pedestrian", "footway", "path", "platform"})
_WALKED: Final = {
    "railway": frozenset({"platform"}),
    "public_transport": frozenset({"platform"}),
    "man_made": frozenset({"pier"}),
}
_WALKED_IF_SAID: Final = {
    "railway": frozenset({"abandoned", "disused", "razed", "dismantled"}),
    "man_made": frozenset({"breakwater", "groyne", "dyke", "embankment", "cutline"}),
    "waterway": frozenset({"dam", "weir", "lock_gate"}),
    "golf": frozenset({"path", "cartpath"}),
}


def as_street(tags: Mapping[str, str]) -> Mapping[str, str] | None:
    """The tags of a way as those of a street; None where nobody travels on it.

    R11: platforms and piers are walked on, and so are the outlines of squares drawn as
    ``area:highway``. Dams, dykes, old railways and the like are where ``foot`` or ``bicycle`` says
    so. What is a ``highway`` already is left alone.
    """
    if "highway" in tags or tags.get("route") == "ferry":
        return tags
    if any(tags.get(key) in values for key, values in _WALKED.items()):
        return {**tags, "highway": "platform"}
    if tags.get("area:highway") in _WALKED_AREAS:
        return {**tags, "highway": "footway"}
    is_said = tags.get("foot") in _YES or tags.get("bicycle") in _YES
    if is_said and any(tags.get(key) in values for key, values in _WALKED_IF_SAID.items()):
        return {**tags, "highway": "path"}
    return None


def is_conditional(tags: Mapping[str, str]) -> bool:
    """Whether who may use a street, and how fast, hangs on the hour or the day."""
    return any(key.endswith(":conditional") or key == "opening_hours" for key in tags)


class WayRule(NamedTuple):
    """What the tags of one way amount to."""

    road_class: int
    forward: int
    backward: int
    max_speed_kmh: int
    flags: int


def judge_way(tags: Mapping[str, str]) -> WayRule | None:
    """The road class, permissions and speed of a way; None where it is no street at all."""
    return _judge(tuple(tags.get(key, "") for key in WAY_KEYS))


@lru_cache(maxsize=65_536)
def _judge(values: tuple[str, ...]) -> WayRule | None:
    tags = {
        key: value.strip().lower() for key, value in zip(WAY_KEYS, values, strict=True) if value
    }
    name = _road_class(tags)
    if name is None:
        return None
    mask = _permitted(tags, name)
    forward, backward = _directions(tags, name, mask)
    is_dismounted = tags.get("bicycle") == "dismount" and mask & BIKE > 0
    if is_dismounted:  # R10: who leads a bicycle goes where walkers go
        forward, backward = (
            along & ~BIKE | BIKE * (along & WALK > 0) for along in (forward, backward)
        )
    flags = (
        SEGMENT_BRIDGE * (tags.get("bridge", "no") != "no")
        | SEGMENT_TUNNEL * (tags.get("tunnel", "no") not in ("no", "culvert"))
        | SEGMENT_UNPAVED * _is_unpaved(tags, name)
        | SEGMENT_ROUNDABOUT * (tags.get("junction") in ("roundabout", "circular"))
        | SEGMENT_DISMOUNT * is_dismounted
        | SEGMENT_LIT * (tags.get("lit", "no") not in ("no", "disused"))
    )
    return WayRule(CLASS_CODE[name], forward, backward, max_speed_kmh(tags.get("maxspeed")), flags)


def _road_class(tags: Mapping[str, str]) -> str | None:
    """The class's name; None for what is no street (areas, construction, raceways)."""
    if tags.get("route") == "ferry":
        return "ferry"
    highway = tags.get("highway", "").removesuffix("_link")
    if tags.get("area") == "yes" and highway not in ("pedestrian", "footway", "platform"):
        return None
    return _CLASS_OF.get(highway)


def _permitted(tags: Mapping[str, str], name: str) -> int:
    """R1, R2, R5, R6, R8: the modes that may use the way in some direction."""
    mask = _DEFAULTS[name]
    highway = tags.get("highway", "")
    if highway in _WALK_ONLY:
        mask = WALK
    elif highway == "busway":
        mask = 0
    if tags.get("motorroad") == "yes":
        mask &= CAR
    for mode, keys in _HIERARCHY:
        said = next((tags[key] for key in keys if key in tags), None)
        if said is None:
            continue
        specific = any(key in tags for key in keys[:-1])
        if _says(said, _NO):
            is_own_drive = said == "private" and tags.get("service") == "driveway"
            mask = mask if is_own_drive else mask & ~mode
        elif _says(said, _YES) and (specific or name == "ferry") and _may_widen(name, mode, tags):
            mask |= mode
    return mask


def _says(said: str, values: frozenset[str]) -> bool:
    """Whether a value, or each of several (``no;private``), is one of ``values``."""
    return said in values or (";" in said and {part.strip() for part in said.split(";")} <= values)


def _may_widen(name: str, mode: int, tags: Mapping[str, str]) -> bool:
    """Whether a permission may open a way to a mode that its class keeps out.

    ``vehicle`` or ``motor_vehicle`` open no stairs, and ``foot`` no motorway.
    """
    if name in ("motorway", "steps"):
        return mode == WALK and name == "steps"
    if mode == BIKE:
        return "bicycle" in tags
    return True


def _directions(tags: Mapping[str, str], name: str, mask: int) -> tuple[int, int]:
    """R3, R4, R9: the modes along the way and against it."""
    oneway = tags.get("oneway", "")
    is_round = tags.get("junction") in ("roundabout", "circular")
    implied = is_round or (name == "motorway" and oneway != "no")
    along, against = mask, mask
    wheels = mask & (BIKE | CAR)
    if oneway in _BACK_ONEWAY:
        along &= ~wheels
    elif oneway in _YES_ONEWAY or (implied and oneway != "no"):
        against &= ~wheels
    along, against = _cycling_directions(tags, mask, along, against)
    walking = tags.get("oneway:foot", tags.get("conveying", ""))
    if walking in _YES_ONEWAY or walking == "forward":
        against &= ~WALK
    elif walking in _BACK_ONEWAY or walking == "backward":
        along &= ~WALK
    return along, against


def _cycling_directions(
    tags: Mapping[str, str], mask: int, along: int, against: int
) -> tuple[int, int]:
    """R4: cycle lanes and tracks against the one-way direction."""
    if not mask & BIKE:
        return along, against
    own = tags.get("oneway:bicycle", "")
    tracks = [tags.get(f"cycleway{side}", "") for side in ("", ":left", ":right", ":both")]
    track_ways = [tags.get(f"cycleway:{side}:oneway", "") for side in ("left", "right")]
    contraflow = any(track.startswith("opposite") for track in tracks) or any(
        way in ("no", "-1") for way in track_ways
    )
    if own == "no" or (contraflow and not own):
        return along | BIKE, against | BIKE
    if own in _YES_ONEWAY:
        return along | BIKE, against & ~BIKE
    if own in _BACK_ONEWAY:
        return along & ~BIKE, against | BIKE
    return along, against


def max_speed_kmh(text: str | None) -> int:
    """The signed limit in km/h; 0 where it is not known. Reads ``50``, ``30 mph``, ``SE:urban``.

    Of several values (``50;30``) the lowest counts.
    """
    if not text:
        return 0
    zones = {"urban": 50, "rural": 70, "motorway": 110, "trunk": 90, "living_street": 10}
    speeds: list[int] = []
    for part in text.replace("|", ";").split(";"):
        word = part.strip().lower()
        if word in ("walk", "schritt"):
            speeds.append(7)
        elif ":" in word and word.split(":", 1)[1] in zones:
            speeds.append(zones[word.split(":", 1)[1]])
        else:
            number = word.removesuffix("mph").removesuffix("km/h").strip()
            if number.replace(".", "", 1).isdecimal():
                speeds.append(round(float(number) * (1.609344 if "mph" in word else 1.0)))
    return min((speed for speed in speeds if 0 < speed <= 200), default=0)


def _is_unpaved(tags: Mapping[str, str], name: str) -> bool:
    if "surface" in tags:
        return tags["surface"] in _UNPAVED
    return name == "track" and tags.get("tracktype") != "grade1"


_STOPS_CAR: Final = frozenset(
    {"bollard", "block", "cycle_barrier", "chain", "jersey_barrier", "log", "debris", "stile"}
    | {"kissing_gate", "turnstile", "full-height_turnstile", "horse_stile", "planter", "rope"}
    | {"motorcycle_barrier", "bus_trap", "sump_buster", "wall", "fence", "barrier_board"}
)
_STOPS_BIKE: Final = frozenset(
    {"stile", "kissing_gate", "turnstile", "full-height_turnstile", "horse_stile", "wall", "fence"}
)
_STOPS_WALK: Final = frozenset({"wall", "fence"})


def judge_node(tags: Mapping[str, str]) -> int:
    """R7: the flags of a node that lies on a street: signal, crossing, barrier, whom it stops."""
    flags = 0
    highway = tags.get("highway", "")
    crossing = tags.get("crossing", "")
    if highway == "traffic_signals" or crossing == "traffic_signals":
        flags |= NODE_SIGNAL
    if highway == "crossing" or tags.get("railway") in ("crossing", "level_crossing"):
        flags |= NODE_CROSSING
    barrier = tags.get("barrier")
    if barrier is None:
        return flags
    locked = tags.get("locked") == "yes"
    barred = (
        NODE_BARS_CAR * (locked or barrier in _STOPS_CAR)
        | NODE_BARS_BIKE * (locked or barrier in _STOPS_BIKE)
        | NODE_BARS_WALK * (locked or barrier in _STOPS_WALK)
    )
    bit_of = {WALK: NODE_BARS_WALK, BIKE: NODE_BARS_BIKE, CAR: NODE_BARS_CAR}
    for mode, keys in _HIERARCHY:
        said = next((tags[key] for key in keys if key in tags), None)
        if said in _NO:
            barred |= bit_of[mode]
        elif said in _YES:
            barred &= ~bit_of[mode]
    return flags | NODE_BARRIER | barred
