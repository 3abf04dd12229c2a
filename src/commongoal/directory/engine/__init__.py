"""Services as values, and the standard read and checked."""
