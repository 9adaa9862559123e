"""Tests of the vocabulary: its terms, its logic, its shapes and its checks."""
