"""What the cores share, pure: decider, competence, statutory clock and calendar."""
