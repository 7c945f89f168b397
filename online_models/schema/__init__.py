"""Events, messages, Redis keys, lists and reasons: the contract between the processes."""
