"""Apache Kafka for one machine: the broker, the topics, and how fast it is."""
