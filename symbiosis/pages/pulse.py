"""A lost server told in the reader's words, whatever Streamlit's own page looks like.

Nothing can be drawn once the server is gone, so the sentence is there from the start, hidden, and
a few lines of script ask every three seconds whether the server still answers.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from symbiosis.pages.words import _

# Any answer means that the server lives, a refusal too; a proxy answers 502 or 503 for it.
# One silence may be a page that is being left: two are needed. Streamlit's own dialog, in English,
# stays hidden until Streamlit closes it, some time after the server is back.
_PULSE = """
<style>
.st-key-pulse, div:has(> .st-key-pulse) {{position: absolute; height: 0;}}
#sy-lost:not([hidden]) {{position: fixed; left: 50%; bottom: 2rem; transform: translateX(-50%);
  z-index: 2147483647; width: min(34rem, 88vw); padding: .9rem 1.2rem; border-radius: 12px;
  font-size: 1rem; background: #7a1f16; color: #ffffff; box-shadow: 0 6px 24px rgb(0 0 0 / 35%);}}
body[data-sy-lost] [role="dialog"] {{visibility: hidden;}}
</style>
<div id="sy-lost" role="alert" hidden>{words}</div>
"""
SCRIPT = """
(() => {
  let silences = 0;
  const ask = async () => {
    const health = new URL("_stcore/health", document.baseURI);
    try {
      const answer = await fetch(health, {cache: "no-store"});
      silences = answer.status >= 500 ? silences + 1 : 0;
    } catch { silences += 1; }
    const dialog = document.querySelector('[role="dialog"]');
    const hidden = document.body.hasAttribute("data-sy-lost");
    document.body.toggleAttribute("data-sy-lost", silences > 0 || (hidden && dialog !== null));
    for (const box of document.querySelectorAll("#sy-lost")) box.hidden = silences < 2;
  };
  clearInterval(window.syPulse);
  window.syPulse = setInterval(ask, 3000);
})();
"""
"""The only script that a page of ours carries: its digest stands in the pages' security policy."""


def watch() -> None:
    """Add the hidden sentence to the page, and the script that shows it."""
    words = escape(
        _(
            "The app does not answer any more. What is saved is safe; the page comes back by "
            "itself when the app does. A table not yet saved is to be sent again."
        )
    )
    with st.container(key="pulse"):
        st.html(
            f"{_PULSE.format(words=words)}<script>{SCRIPT}</script>", unsafe_allow_javascript=True
        )
