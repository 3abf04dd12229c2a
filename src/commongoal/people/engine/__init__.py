"""What a person record is made of, how names are matched, and who may know what."""
