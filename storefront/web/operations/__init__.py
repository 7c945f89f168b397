"""The operators' page, metrics and health."""
