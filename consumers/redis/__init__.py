"""What consumers read from Redis and write to it."""
