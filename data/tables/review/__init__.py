"""The user's own workbook, with what is wrong marked in it."""
