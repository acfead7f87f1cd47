"""The whole stack on one machine: embedded broker, process supervision, `cunban up`."""
