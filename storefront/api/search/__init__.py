"""Search and autocomplete over the catalog."""
