"""The processes that read Kafka: the learner, which updates models and pushes rankings, and the monitor."""
