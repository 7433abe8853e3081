"""Which care is due when, and what one carer can reach."""
