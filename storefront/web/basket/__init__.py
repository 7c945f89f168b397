"""The basket's pages."""
