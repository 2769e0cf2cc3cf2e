"""What was said comes in: checked, freed of LTML's own words, each turn once."""
