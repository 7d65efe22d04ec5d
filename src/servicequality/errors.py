"""What can be wrong with the data or the question, said in words."""

from __future__ import annotations


class ServiceQualityError(ValueError):
    """Base of every error this package raises on purpose.

    ``code`` is stable for programs, ``place`` names the row, column, case or parameter where there is one.
    """

    code = "error"

    def __init__(self, message: str, *, place: str | None = None, code: str | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place
        if code is not None:
            self.code = code


class DataError(ServiceQualityError):
    """The data cannot carry the method (wrong shape, values off the scale, too few rows)."""

    code = "bad_data"


class ParameterError(ServiceQualityError):
    """The question itself makes no sense (level outside 0..1, weights that do not add up)."""

    code = "bad_parameter"


class NotConvergedError(ServiceQualityError):
    """An iteration stopped without an answer; nothing it reached is returned."""

    code = "not_converged"
