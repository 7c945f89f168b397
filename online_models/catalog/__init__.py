"""The items: what is for sale, and how often and when each was interacted with."""
