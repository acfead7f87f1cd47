"""I/O of the service."""
