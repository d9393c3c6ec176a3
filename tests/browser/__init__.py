"""Tests that use the launched app in Chromium, as a person would."""
