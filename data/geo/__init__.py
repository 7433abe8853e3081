"""Coordinates, outlines, territories and the GeoPackage format."""
