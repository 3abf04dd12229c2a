"""All writes of this part."""
