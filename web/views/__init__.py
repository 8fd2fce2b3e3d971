"""One module a flow: each view reads the form, calls one verb, shows or redirects."""
