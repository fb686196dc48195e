"""What a comparison of a document with the edition comes to: the verdict, and every rendering of it."""
