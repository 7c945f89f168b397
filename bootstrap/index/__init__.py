"""Indexes built once per catalog: content neighbors, text search and word vectors."""
