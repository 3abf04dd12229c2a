"""Commands of the installation, each a module."""
