"""Publishing the catalog to Redis and the history to Kafka."""
