"""A contact for each client and a deputy behind her."""
