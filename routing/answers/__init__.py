"""Answers about a plan: why, where the peaks are, the base weeks, what changed."""
