"""The application factory, and how gunicorn runs it."""
