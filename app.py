"""The app: ``symbiosis app``, or ``streamlit run app.py``."""

if __name__ == "__main__":  # a process that the solver starts reads this file too, and runs no app
    from symbiosis.pages.shell import main

    main()
