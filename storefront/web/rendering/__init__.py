"""How pages are rendered: frame, errors, formats, languages, static files, caches."""
