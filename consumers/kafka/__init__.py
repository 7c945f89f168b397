"""Reading the log and parking what cannot be read."""
