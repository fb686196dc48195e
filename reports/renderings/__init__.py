"""The renderings of a result: one module each, and the list of them."""
