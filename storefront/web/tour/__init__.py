"""The tour: three clicks, and the visitor's list beside a newcomer's."""
