"""What no plan passes: exact bounds over a horizon, whatever the search finds."""
