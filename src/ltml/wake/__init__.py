"""What the model is reminded of: pure steps from a query and a view to words within a budget."""
