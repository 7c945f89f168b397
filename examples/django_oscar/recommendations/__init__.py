"""What joins the shop to Riverfront: it sends items and events, and shows recommendations."""
