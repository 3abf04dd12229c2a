"""What every other part may use: errors, estimates, periods, sources and pictures, in plain Python."""
