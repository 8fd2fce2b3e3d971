"""Who interprets which appointment: fixed times, interpreters who are free then, and the best plan for all."""
