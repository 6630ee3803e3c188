"""Requests that Schemathesis makes from the OpenAPI documents, and what must hold after each."""
