"""What goes out of an analysis: terminal, page, workbook, figures."""
