"""Commands for many plans: studies, regions, clusters."""
