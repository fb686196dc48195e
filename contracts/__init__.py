"""What is promised: the editions of the contract, the catalogue of requirements, and how an exchange is judged.

Nothing here sends a request, and nothing here imports another part of the project.
"""
