"""The batch that comes first: clean a catalog, tag it, index it, publish it, back-fill its history."""
