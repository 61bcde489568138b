"""What a round asks, and why."""
