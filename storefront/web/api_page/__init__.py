"""The page on which the API can be tried."""
