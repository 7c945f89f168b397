"""Visitors for demonstrations and measurements: simulated shoppers, browsers, bare sockets."""
