"""Every plot once: pure functions from arrays to Plotly figures."""
