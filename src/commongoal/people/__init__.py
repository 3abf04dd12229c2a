"""People and families: who they are, who knows them and why, what they need, and what happened to them."""
