"""What search engines and other sites read: canonical addresses, previews, structured data, sitemap, manifest."""
