"""Reading a work folder: input, settings, network, the plan that stands."""
