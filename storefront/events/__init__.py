"""What visitors do, on its way to Kafka: taken in, checked, published, or spooled."""
