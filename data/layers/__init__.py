"""Layers over the same clients and streets: the night (22–07), the alarm and homecoming teams."""
