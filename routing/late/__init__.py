"""The bad day: how late what has no place could be done."""
