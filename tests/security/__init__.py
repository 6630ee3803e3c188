"""Canaries: secrets and personal data, sent in every place there is and looked for in all that comes out."""
