"""Pages of the comment book."""
