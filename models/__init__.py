"""The records of an office and the verbs that change them; knows the matcher, not Flask."""
