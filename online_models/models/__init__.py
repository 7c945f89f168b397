"""The models: what learns from events, one family a module, and what they are built of."""
