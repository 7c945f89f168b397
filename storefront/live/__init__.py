"""The socket: events in, lists out."""
