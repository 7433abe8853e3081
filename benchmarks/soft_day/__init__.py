"""A day under soft rules in plain words, put to the engine: the public benchmarks' way in."""
