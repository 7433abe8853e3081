"""The search's kernels and its weights; they know nodes, routes and prices, no municipality."""
