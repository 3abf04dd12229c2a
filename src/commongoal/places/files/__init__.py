"""Published files read into observations, and the store of Parquet files that keeps them."""
