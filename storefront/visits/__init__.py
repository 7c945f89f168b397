"""Who visits, and what the shop keeps for them: basket, stars, what they viewed and dismissed."""
