"""Events on their way to Kafka: taken in, checked, published, spooled."""
