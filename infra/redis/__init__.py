"""Redis for one machine."""
