"""The programs that the stack runs as children: found, started, watched, stopped."""
