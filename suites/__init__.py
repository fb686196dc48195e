"""What is asked of a target: the checks, one module an area. Nothing imports a suite."""
