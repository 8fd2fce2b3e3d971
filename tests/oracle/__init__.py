"""A second opinion, written from the documents alone; it shares no rule with the product."""
