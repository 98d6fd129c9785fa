"""The app: ``symbiosis app``, or ``streamlit run app.py``.

Streamlit reads this file twice: once as the module ``app``, for the server and its door, and at
every click as the program, for the page. A process that the solver starts reads it too, under a
third name, and runs nothing.
"""

if __name__ == "__main__":
    from symbiosis.pages.shell import main

    main()
elif __name__ == "app":
    from pathlib import Path

    from streamlit.starlette import App

    from symbiosis.pages.served import door, opening

    app = App(Path(__file__).resolve(), middleware=door(), lifespan=opening)
