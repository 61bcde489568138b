"""The loop without a screen: campaigns, rounds, batches, oracles and candidates."""
