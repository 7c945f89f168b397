"""Measuring recommendations on a stream of events: protocols, metrics, intervals."""
