"""The matching core: frozen records in, frozen records out; no database, no web, no clock."""
