"""The search index that pages ask, built aside and flipped."""
