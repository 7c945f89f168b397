"""Apache Kafka for one machine: broker and its users, topics, round trip, dead letters."""
