"""Histograms of bounded scales: count once, then ask in time independent of the number of answers."""

from servicequality.tallies.histogram import Tally
from servicequality.tallies.moments import Moments, count_moments
from servicequality.tallies.survey import SurveyTally, empty_survey_tally, tally_survey

__all__ = ["Moments", "SurveyTally", "Tally", "count_moments", "empty_survey_tally", "tally_survey"]
