"""Processes are killed here. A package, so that its one stack is gone before other tests go on."""
