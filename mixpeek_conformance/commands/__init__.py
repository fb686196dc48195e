"""The commands that send, read or compare something by themselves: one module each."""
