"""The socket, and the HTTP way in for events."""
