"""The app: ``symbiosis app``, or ``streamlit run app.py``."""

from symbiosis.pages.shell import main

main()
