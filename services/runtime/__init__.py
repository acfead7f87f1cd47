"""I/O shared by the services: settings, the loop, the gateway, HTTP, health, logs, metrics."""
