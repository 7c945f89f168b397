"""Tags, patterns, icons and pictures for a catalog."""
