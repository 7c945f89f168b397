"""What is kept for each visitor: basket, ratings, views, dismissals, wishes."""
