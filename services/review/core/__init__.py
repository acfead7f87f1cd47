"""The rules of review; pure."""
