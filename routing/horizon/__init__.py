"""A whole municipality over a horizon: area by area, and then what areas lend each other."""
