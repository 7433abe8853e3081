"""Many plans beside each other, clicked together in the studio."""
