"""Models of nearest sessions, visitors and items."""
