"""The exploratory report and the summary on the terminal."""
