"""The application: its factory, and how gunicorn runs it."""
