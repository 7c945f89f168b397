"""What is kept of another shop's visitor: their history, all of it as one document, and its erasure."""
