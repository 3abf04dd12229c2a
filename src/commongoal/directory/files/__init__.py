"""The directory's own data files, read."""
