"""Forms as XLSForm workbooks, both ways: written in a spreadsheet, run in ODK or Kobo, and the same form again here."""

from bihuan.instruments.xlsform.problems import Problem, XlsformError
from bihuan.instruments.xlsform.reading import Imported, xlsform_read
from bihuan.instruments.xlsform.writing import xlsform_write

__all__ = ["Imported", "Problem", "XlsformError", "xlsform_read", "xlsform_write"]
