"""Label events in a database: append-only, and the only place that knows SQL."""
