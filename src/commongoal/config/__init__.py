"""Settings, the table of addresses and the doors to the server."""
