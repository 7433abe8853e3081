"""Commands that write maps, reports and sheets, and that keep house."""
