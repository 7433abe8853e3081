"""What was performed, followed up against who was adopted as contact."""
