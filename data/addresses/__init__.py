"""Addresses to coordinates on this machine: normalised, matched, and never guessed.

``read_register`` opens a register, ``geocode`` matches queries with it, and what it does not settle
goes through ``write_review`` to a person, whose decisions are remembered.
"""

from data.addresses.answers import Answer, Query
from data.addresses.geocoding import decision_key, geocode
from data.addresses.registers import read_register
from data.addresses.review import load_decisions, read_review, save_decisions, write_review

__all__ = [
    "Answer",
    "Query",
    "decision_key",
    "geocode",
    "load_decisions",
    "read_register",
    "read_review",
    "save_decisions",
    "write_review",
]
