"""From statements to stances."""
