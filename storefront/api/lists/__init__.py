"""Lists: those that are ready when they are asked for, in Redis, and those that the learner makes for a request."""
