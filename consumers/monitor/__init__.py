"""The process that watches throughput, lag, latency and live quality."""
