"""Writing what a run made, whole or not at all."""
