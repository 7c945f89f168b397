"""Storms: processes of a running shop are killed and frozen while shoppers shop, and nothing may be lost."""
