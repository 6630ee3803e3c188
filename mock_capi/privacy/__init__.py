"""Consent signals: GPP strings, US privacy strings, and what they forbid."""

from mock_capi.privacy.bits import GppError, Ids
from mock_capi.privacy.encode import encode_gpp
from mock_capi.privacy.gpp import Gpp, OptOuts, Section, decode_gpp

__all__ = ["Gpp", "GppError", "Ids", "OptOuts", "Section", "decode_gpp", "encode_gpp"]
