"""A county at work, as people and systems outside see it: officers by the public HTTP APIs, an
operator and a superior's system by their topics; and a ledger of it (ADR 0029)."""
