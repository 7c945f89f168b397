"""Why these recommendations: the page that explains them."""
