"""Long work of the studio, in a process of its own; nothing of the server imports it."""
