"""Layers over the teams: pools, evening groups, areas of other services."""
