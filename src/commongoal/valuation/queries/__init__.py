"""All reads of this part."""
