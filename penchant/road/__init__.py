"""The whole road, measured: people's own sentences in, what they care about next out."""
