"""Commands that answer questions about a plan."""
