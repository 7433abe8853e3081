"""The search for teams: annealing, its starts, repairs and bounds, on dense arrays."""
