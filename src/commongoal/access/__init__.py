"""Who may do what, on what basis, and the record of who did and who looked."""
