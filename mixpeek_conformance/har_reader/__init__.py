"""HTTP archives as others write them: read one entry at a time, without the secrets in them."""
