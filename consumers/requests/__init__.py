"""Lists made for a request: who asks waits for the answer, and the learner makes it between two batches of events."""
