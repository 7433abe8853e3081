"""What is printed: sheets, cards, base plans, as PDF."""
