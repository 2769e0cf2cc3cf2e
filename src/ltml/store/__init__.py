"""Where memory is kept. Each file that says `plugin` is a store; the others are the parts stores are made of."""
