"""Views: what a person looks at, in the terminal and the browser."""
