"""What a console shows that does not know every sign (code page 1252 on Windows, ASCII on old servers)."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

PLAIN = "course_utils.plain"  # the name under which `codecs` knows `_plain`
_DEFAULTS = {"strict", "surrogateescape", "backslashreplace"}  # what Python sets where nobody has chosen
_TABLE = """
    ✓ok ✔ok ✗!! ✎>> ➜-> ★* •* ·* …... –- —- “" ”" „" ‘' ’' ‚' «<< »>> ′' ″'' °deg §section
    −- ×x ⋅* ⊙* ⊗(x) ÷/ ⁄/ ±+- ∓-+ √sqrt ∛cbrt ∞inf ≈~ ≃~ ∼~ ∝~ ≠!= ≤<= ≥>= ≪<< ≫>> →-> ←<- ↔<-> ↦->
    ⇒=> ⇔<=> ↑^ ↓v ‖|| ∥|| ⟨< ⟩> ⌊floor( ⌈ceil( ⌋) ⌉) ∇grad_ ∂d ∑Sum ∏Prod ∫Int ∈in ⊤T ⊥perp ⟂perp
"""
_SIGNS = {pair[0]: pair[1:] for pair in _TABLE.split()}


def show_every_sign() -> None:
    """Let prints go through on any console: a sign that it does not know becomes a plain one, else ``?``.

    The same text is stored and shown everywhere else: consoles that know every sign, and notebooks, stay as
    they are, and so does a stream whose way with such signs somebody has chosen (``PYTHONIOENCODING``).
    """
    codecs.register_error(PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in _DEFAULTS and not _knows_all(stream):
            stream.reconfigure(errors=PLAIN)


def _knows_all(stream: io.TextIOWrapper) -> bool:
    try:
        "".join(_SIGNS).encode(stream.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for the signs that cannot be encoded, and where to go on, as `codecs` asks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    raised, text = False, ""
    for sign in error.object[error.start : error.end]:
        word = _ascii(sign)
        power = unicodedata.decomposition(sign).startswith("<super>")
        if power and not raised:
            text += "^"
        elif word.isalpha() and len(word) > 1 and text[-1:].isalpha():
            text += " "  # eta lambda
        text, raised = text + word, power
    return text, error.end


def _ascii(sign: str) -> str:
    """Return ``sign`` by its table, without its accents, or as the name of a Greek letter."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    if unicodedata.combining(sign):
        return ""
    parts = unicodedata.normalize("NFKD", sign)
    if parts != sign:
        return "".join(part if part.isascii() else _ascii(part) for part in parts)
    name = unicodedata.name(sign, "")
    if name.startswith("GREEK ") and "LETTER" in name:
        letter = name.split("LETTER ")[1].split()[-1].replace("LAMDA", "LAMBDA")
        return letter.capitalize() if "CAPITAL" in name else letter.lower()
    return "?"
