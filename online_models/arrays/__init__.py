"""Arrays indexed by item or visitor, and the compiled loops over them."""
