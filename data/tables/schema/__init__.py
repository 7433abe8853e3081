"""What a table may hold: its columns, headers, vocabulary, and how a cell is read."""
