"""The night (22–07) as a layer of its own over the same clients and streets."""
