"""Side-by-side timings: ours and a rival's, each in its own process, on the same arrays."""
