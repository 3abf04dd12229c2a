"""Work done in the background, by the task worker."""
