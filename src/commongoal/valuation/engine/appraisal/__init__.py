"""Appraisal before the event: what a scheme would be worth, to whom, if it did what is expected of it."""
