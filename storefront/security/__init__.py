"""What stands between strangers and the shop: headers, tokens, limits, guards."""
