"""What pages read: the catalogue and the lists that learner and bootstrap have written to Redis."""
