"""Security headers, CSRF tokens, rate limits, and protection against guessed passwords."""
