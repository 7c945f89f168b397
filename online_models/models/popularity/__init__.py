"""Models of what many choose or rate well, decayed over time."""
