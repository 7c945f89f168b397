"""Choosing the language of the shop."""
