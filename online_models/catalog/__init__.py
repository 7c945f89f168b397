"""What is for sale, and what is known of each item."""
