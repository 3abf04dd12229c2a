"""What runs beside the pages: tasks that come round, and those a page leaves behind."""
