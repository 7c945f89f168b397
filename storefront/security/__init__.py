"""Security headers, CSRF tokens, roles, and checks on what comes from outside."""
