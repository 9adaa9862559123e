"""Tests of reading: from a text to what it says."""
