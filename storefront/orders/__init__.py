"""Orders, and how a basket becomes one. There is no payment."""
