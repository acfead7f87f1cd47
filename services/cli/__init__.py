"""`cunban …`: parses and wires, nothing else."""
