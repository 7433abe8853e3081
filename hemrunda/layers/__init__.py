"""Layers over the same clients as the day's plan: the night, and other services' teams."""
