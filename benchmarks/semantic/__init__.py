"""Search by meaning: wishes in words that titles do not have, and what answers them."""
