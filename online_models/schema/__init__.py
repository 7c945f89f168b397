"""Events, messages, keys and lists: the words in which processes talk to each other."""
