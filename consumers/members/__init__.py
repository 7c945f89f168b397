"""Which learners there are, whose visitors each of them ranks, and what it does when another one dies."""
