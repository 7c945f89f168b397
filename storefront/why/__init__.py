"""The page that says why a visitor is recommended what they are, and lets them change it."""
