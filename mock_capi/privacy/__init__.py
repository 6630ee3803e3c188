"""Consent signals: GPP strings, US privacy strings, and what they forbid."""

from mock_capi.privacy.gpp import Gpp, GppError, Section, decode_gpp

__all__ = ["Gpp", "GppError", "Section", "decode_gpp"]
