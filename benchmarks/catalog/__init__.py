"""How soon a change of the catalog is everywhere."""
