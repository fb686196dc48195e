"""Applications that people might write, each with the deviations that it really has."""
