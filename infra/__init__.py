"""The roof: command line, local stack, measurements, simulated visitors. Nothing imports it."""
