"""The edge: WSGI, Flask and the server; nothing below knows of them."""
