"""From the division of today: what each move costs and gives."""
