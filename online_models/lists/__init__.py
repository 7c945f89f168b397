"""From an order to lists for people: variety, newcomers, titles and reasons."""
