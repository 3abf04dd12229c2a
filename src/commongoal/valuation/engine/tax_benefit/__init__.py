"""Taxes and benefits of households in England and Wales, and who gains when somebody moves into work."""
