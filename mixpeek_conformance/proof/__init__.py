"""What the proof is made with: many runs at a time, and the rounds in which faults are asked."""
