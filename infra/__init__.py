"""The roof: command line, local stack, simulated shoppers, containers. Nothing imports it."""
