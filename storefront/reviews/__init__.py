"""Stars and words that visitors give to products.

Redis keeps everybody's stars: the fast record, asked on every page. The database keeps those of people with an
account, with their words and times, for good. How many stars a product has in all, the learner counts.
"""
