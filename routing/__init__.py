"""Street networks, travel times, rounds, and the independent checker of plans."""
