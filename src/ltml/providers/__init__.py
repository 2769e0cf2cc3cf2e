"""Models and model servers: finding the upstream, what it tells of its models, and the embedded engine."""
