"""What `replay` is made with: the exchanges of a report sent again, and its checks asked again."""
