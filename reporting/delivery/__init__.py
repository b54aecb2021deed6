"""What leaves the product: the manifest of what was made, and where it is sent."""
