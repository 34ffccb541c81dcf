"""The suite: the same tests for source, wheel and executable; unit/ holds the in-process ones."""
