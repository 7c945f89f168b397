"""The way in for events of other shops: taken as they are, each with a result of its own."""
