"""Reading catalogs, histories and the demo's order lines."""
