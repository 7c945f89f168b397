"""Reading the catalog and the lists from Redis."""
