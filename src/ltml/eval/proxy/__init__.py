"""The bench of the proxy: real processes, and what `ltml serve` adds to the time a client waits."""
