"""Other recommenders on the splits that ``riverfront evaluate`` judges, each in an environment of its own."""
