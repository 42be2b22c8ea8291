"""What one does: load rows, ask the domain, change rows. Never commits; actor and time are arguments."""
