"""Columns and filters of the lists."""

from bihuan.surveys.tables.imports import NUMBER, STATE_LOOK, SurveyFilter, SurveyTable, period_text, units_in_scope

__all__ = ["NUMBER", "STATE_LOOK", "SurveyFilter", "SurveyTable", "period_text", "units_in_scope"]
