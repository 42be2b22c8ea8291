"""What is true: the rules, as pure functions of plain values. Standard library only."""
