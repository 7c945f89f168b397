"""How often something may be done: limits shared through Redis, and bounded ones in this process."""
