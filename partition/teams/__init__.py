"""Clients to teams: must-links, bounds, streets as neighbours, shapes and measures."""
