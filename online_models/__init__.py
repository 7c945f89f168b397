"""Words, models and names that the processes share. No network, disk, clock, environment or logging."""
