"""OpenStreetMap files of every dialect that the common tools write, opened one way.

JOSM, Overpass, osmium, Osmosis and ogr2osm write the same format in different manners. What they
agree on goes straight to pyosmium; the rest is brought to that first, or refused by its own name.
"""

from data.osm.osm_doors import ADDRESS_KEYS, Door, Doors, points_of
from data.osm.osm_kinds import SUFFIXES, OsmFileError, is_osm_name
from data.osm.osm_plain import NEW_IDS, own_id, own_ids
from data.osm.osm_sources import OsmSource, objects_of, open_osm

__all__ = [
    "ADDRESS_KEYS",
    "NEW_IDS",
    "SUFFIXES",
    "Door",
    "Doors",
    "OsmFileError",
    "OsmSource",
    "is_osm_name",
    "objects_of",
    "open_osm",
    "own_id",
    "own_ids",
    "points_of",
]
