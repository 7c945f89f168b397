"""Changes of a catalog that is served: how the one who makes them tells all others."""
