"""DuckDB over the store of observations."""
