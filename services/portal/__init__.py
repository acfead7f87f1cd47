"""Pages for clerks, inspectors and villagers; asks the four services by HTTP and nothing else."""
