"""Hemrunda for Python: scenarios, plans and their frames. Reached as ``import hemrunda as hr``."""
