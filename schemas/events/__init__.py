"""The facts, one module a stream."""
