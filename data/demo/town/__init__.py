"""The made-up town itself: streets, districts, addresses."""
