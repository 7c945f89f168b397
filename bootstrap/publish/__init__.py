"""Handing on what was built: the catalog to Redis, the history to Kafka."""
