"""The rows and payloads that the studio's pages are given, by name and type."""
