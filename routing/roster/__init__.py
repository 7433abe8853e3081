"""What the roster gives the search: shifts, pinned visits, even spacing."""
