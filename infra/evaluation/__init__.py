"""Evaluations from files and for people: reading event files, and writing figures to terminal, JSON and HTML."""
