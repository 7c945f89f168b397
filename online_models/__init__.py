"""The recommender and the words that processes share. Pure: no network, disk, clock, environment or logging."""
