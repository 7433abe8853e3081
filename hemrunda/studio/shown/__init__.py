"""The rows and blocks that the studio's pages are given, by name and type."""
