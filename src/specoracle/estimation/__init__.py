"""How good is the candidate list: sample design and estimates, arrays in, arrays out."""
