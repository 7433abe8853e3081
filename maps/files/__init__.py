"""Files that staff carry: calendar, GPX, phone and sealed sheets."""
