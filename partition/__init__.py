"""Teams, contacts, vices and twins: who works with whom, and where."""
