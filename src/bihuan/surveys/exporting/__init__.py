"""Single answers as files: the same variables in SAV, XLSX and CSV, with a codebook and scripts that reproduce."""
