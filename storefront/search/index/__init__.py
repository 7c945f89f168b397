"""The search index, built aside and swapped in."""
