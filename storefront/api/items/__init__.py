"""Reading and changing the items of the catalog."""
