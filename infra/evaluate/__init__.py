"""``riverfront evaluate``: files in, figures out."""
