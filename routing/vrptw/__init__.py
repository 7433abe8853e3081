"""The vehicle routing problem with time windows, on the instances everyone measures by."""
