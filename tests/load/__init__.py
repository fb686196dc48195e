"""Tests of what a load run is made of, without a target."""
