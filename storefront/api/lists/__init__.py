"""The lists that are ready when they are asked for: those that the learner has written to Redis."""
