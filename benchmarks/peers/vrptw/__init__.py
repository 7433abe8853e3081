"""The vehicle routing problem with time windows: a hybrid genetic search to measure beside."""
