"""Engines that ours is measured beside, written here and shipped to nobody."""
