"""The models: one family a package, one model a module."""
