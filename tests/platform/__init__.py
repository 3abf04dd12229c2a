"""Actions, queries, pages and migrations; on SQLite, and on PostgreSQL through scripts/with-postgres."""
