"""Validation: shapes, evidence and expected counts; a build that fails publishes nothing."""
