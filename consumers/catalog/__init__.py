"""Applies what the topic of the catalog says to the version that is served."""
