"""Models of item content and of declared taste."""
