"""What the pages of the bank show: frozen rows, one file a page."""
