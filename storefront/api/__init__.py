"""The REST API for other shops' programs: events in, lists out, under keys."""
