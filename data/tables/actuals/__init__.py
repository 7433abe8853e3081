"""Today's rounds, as an export of the planning system holds them."""
