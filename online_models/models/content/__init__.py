"""Models of what items are made of, and of declared taste."""
