"""What `cunban bench` runs: each program measures ours beside its baseline, in turns."""
