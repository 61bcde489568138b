"""Which objects a round finds: injected lines, and objects known before."""
