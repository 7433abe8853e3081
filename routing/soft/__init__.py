"""Rounds under soft rules: windows that may be missed at a price, pairs, lunches, overtime.

The hard-window engine of `routing.rounds` says no where a window cannot be kept. This one says
how late instead. It serves the planner (`routing.late.team_day`) and the public benchmark of
home care (`benchmarks.uhhc`) with the same kernels.
"""
