"""How pages are made: frame, errors, formats, languages, static files."""
