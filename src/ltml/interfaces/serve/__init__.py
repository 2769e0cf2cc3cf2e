"""The proxy: forward, overhear, remind; never break the chat."""
