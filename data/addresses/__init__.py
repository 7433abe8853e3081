"""Addresses to coordinates on this machine: normalised, matched, and never guessed."""

from data.addresses.geocoding import Answer, Query, geocode

__all__ = ["Answer", "Query", "geocode"]
