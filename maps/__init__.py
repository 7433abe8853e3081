"""Maps and sheets that open with no network and leak nothing."""
