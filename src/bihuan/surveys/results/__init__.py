"""Results of a survey in the field: from stored counts to figures, never through the answers."""
