"""Interfaces for others: VROOM's problems and solutions, and JSON with its schemas."""
