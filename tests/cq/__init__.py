"""Competency questions: the bundled queries answer what the project is asked, and answer it right."""
