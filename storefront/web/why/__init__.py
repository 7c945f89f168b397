"""Why these recommendations."""
