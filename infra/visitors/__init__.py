"""Simulated shoppers, browsers and bare sockets, for demonstrations and measurements."""
