"""Learning to rank: from the models' candidates to scores, and from what visitors take to weights."""
