"""What a catalog gains: tags, patterns, icons, pictures."""
