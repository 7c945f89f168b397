"""One-off experiments behind the figures in the docs. Nothing imports them."""
