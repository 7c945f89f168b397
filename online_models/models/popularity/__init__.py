"""Models of popularity and ratings, decayed over time."""
