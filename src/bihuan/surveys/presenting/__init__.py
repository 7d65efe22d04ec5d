"""Figures and flags of surveys in the field as rows of words, ready to be shown."""
