"""Addresses to coordinates on this machine: normalised, matched, and never guessed.

``geocode`` matches queries with the points of a register. Registers and the review list, by which a
person settles the rest, are files: `data.tables.address_lists` reads and writes them.
"""

from data.addresses.answers import Answer, Query
from data.addresses.geocoding import decision_key, geocode

__all__ = ["Answer", "Query", "decision_key", "geocode"]
