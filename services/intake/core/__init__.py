"""The rules of intake; pure."""
