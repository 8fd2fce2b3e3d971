"""What people type, read into typed values or into all its faults at once."""
