"""Penchant: learn what people care about, and say what they will care about next, and why."""
