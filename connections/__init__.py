"""What every process needs to reach the others: settings from the environment, Kafka, Redis."""
