"""What is printed: sheets, cards, cyclic plans, as PDF."""
