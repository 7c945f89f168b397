"""The proxy in front of several storefronts: nginx's configuration and its process."""
