"""Maps and views for a screen."""
