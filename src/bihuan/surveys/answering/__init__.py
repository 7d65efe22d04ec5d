"""What the way in through a door needs besides its pages: signed tokens, opening times, limits, page skeletons."""
