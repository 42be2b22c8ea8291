"""What the service takes, beside the least that any program would take: `python3 run.py bench`."""
