"""Commands about the user's own files."""
