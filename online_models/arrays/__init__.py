"""Arrays with a row for every item or visitor, and the compiled loops over them."""
