"""Documents about people: what a file may be, and where files are kept."""
