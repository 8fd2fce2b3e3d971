"""The thin front: parse, call one verb, show."""
