"""Orders: what a visitor bought, when, and at which price. A demo shop: there is no payment, and nothing is sent."""
