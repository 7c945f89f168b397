"""Reading the catalog from Redis, and writing lists and pushes to it."""
