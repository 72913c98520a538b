"""A table as a file: workbook, CSV with its metadata, Parquet, JSON-stat; each complete with notes and a receipt."""
