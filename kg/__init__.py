"""The graph: stores, ledger, gate, fusion, world."""
