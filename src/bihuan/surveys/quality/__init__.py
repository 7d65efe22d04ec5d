"""Careless answers in a campaign: read compactly, checked by versioned rules, explained in words."""
