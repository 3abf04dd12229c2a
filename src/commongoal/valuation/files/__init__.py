"""Reading and writing the files of the money side, and saying everything that is wrong with them."""
