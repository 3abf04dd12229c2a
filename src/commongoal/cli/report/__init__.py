"""A valuation as people and programs read it: terminal, HTML and JSON, all from the same words and tables."""
