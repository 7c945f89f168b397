"""Flask extensions, bare. The factory binds them to an application."""

from flask_socketio import SocketIO

socketio = SocketIO()
