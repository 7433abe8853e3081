"""Rosters in other forms than one row per shift: dates across, and patterns of weeks."""
