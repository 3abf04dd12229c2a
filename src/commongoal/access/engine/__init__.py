"""Roles, relations and the one table of permissions; the hash chain of the audit."""
