"""The studio: the pipeline in a browser on the planner's own machine, and nowhere else."""
