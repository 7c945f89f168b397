"""The socket, and events by HTTP."""
