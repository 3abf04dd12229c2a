"""Commands of the tasks, each a module."""
