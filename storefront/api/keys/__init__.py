"""The keys of the API: made, found, revoked and counted."""
