"""Where people live: areas and their vintages, lookups between them, postcodes, and the hub for each."""
