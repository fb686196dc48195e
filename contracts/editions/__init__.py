"""The published editions of the contract, one OpenAPI 3.1 document each, named by year and month."""
