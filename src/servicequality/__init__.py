"""Statistics, deadlines and scoring of service quality; no Django, no clock of the machine, no I/O."""
