"""Postcodes and area codes as values."""
