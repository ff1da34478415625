"""Members of a blend: each turns what people care about into a score for every item.

A *linear* member is one matrix of things × items, kept sparse: the score of an item is the sum, over the things that a
person cares about, of the interest's weight times one number.  Its shares are therefore exact, a new interest counts at
once, and a person needs no row of their own.
"""
