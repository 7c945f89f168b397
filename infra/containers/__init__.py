"""What ``docker-compose.yml`` needs: the passwords of its servers."""
