"""Recall and injection: pure steps from a query and a view to text within a budget of tokens."""
