"""The batch that comes first: clean, enrich, index and publish a catalog, and back-fill its history."""
