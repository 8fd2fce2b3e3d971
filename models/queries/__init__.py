"""What screens show: frozen rows, each page for a fixed number of questions to the database."""
