"""The processes that read Kafka: the learner, which updates models and pushes lists, and the monitor."""
