"""Apache Kafka for one machine: broker, topics, round trip, dead letters."""
