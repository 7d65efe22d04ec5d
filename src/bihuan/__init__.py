"""Bihuan: service quality management with the whole loop in one place."""
