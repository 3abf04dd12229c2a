"""One module for each errand; each ends with the routes it answers."""
