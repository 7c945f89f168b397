"""Ratings and reviews that visitors give to products."""
