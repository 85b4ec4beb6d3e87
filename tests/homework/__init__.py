"""Prepared answers to the homework and the tests of its grading."""
