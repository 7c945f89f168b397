"""From many answers to one order, learned from what visitors took."""
