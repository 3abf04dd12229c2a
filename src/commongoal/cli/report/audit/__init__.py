"""The sheets of the audit workbook: every figure of an appraisal as a live formula."""
