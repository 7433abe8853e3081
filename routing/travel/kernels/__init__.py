"""Kernels of the travel-time engine: hierarchies, sweeps, snapping."""
