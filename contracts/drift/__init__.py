"""Drift: how the OpenAPI document that a deployment publishes differs from the edition, and for whom that breaks.

Both documents are read into the same forms first, so that only what they mean is compared, not how they are written.
"""
