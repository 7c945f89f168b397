"""Training the session network: how long it takes, in how much memory, and a load that never rests."""
