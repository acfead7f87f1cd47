"""A county at work, by its public HTTP APIs alone: officers, their day, and a ledger of it."""
