"""Reports with figures, charts and pictures."""
