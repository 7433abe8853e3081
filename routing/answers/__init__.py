"""Answers about a plan: why, where the peaks are, the cyclic weeks, what changed."""
