"""Indexes built once per catalog: content neighbors and text search."""
