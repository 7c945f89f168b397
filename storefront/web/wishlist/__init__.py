"""The wish list."""
