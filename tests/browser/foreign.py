"""A web page from elsewhere, and everything that it may try on a server that it has no business with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

NAME = "evil.example"
"""Chromium finds this name on this machine, as a rebound DNS name would be."""
SHOWN = b"<!doctype html><title>elsewhere</title><body>"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(SHOWN)))
        self.end_headers()
        self.wfile.write(SHOWN)

    def log_message(self, *_: object) -> None:
        """Nobody wants to know."""


@contextmanager
def elsewhere() -> Iterator[int]:
    """The port on which that page is, under any name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Each is a function of the server's URL, and answers what the page got to know of it: null where that is nothing.
READING = {
    "fetch": "url => fetch(url + '/_inspect').then(r => r.text()).catch(() => null)",
    "fetch with a preflight": """url => fetch(url + '/_inspect', {headers: {Authorization: 'Bearer x'}})
        .then(r => r.text()).catch(() => null)""",
    "a blind fetch": """url => fetch(url + '/_inspect', {mode: 'no-cors'})
        .then(r => r.text()).then(text => text || null).catch(() => null)""",
    "a stream": """url => new Promise(told => {
        const source = new EventSource(url + '/_inspect/stream');
        source.onopen = () => told('open'); source.onerror = () => { source.close(); told(null); };
    })""",
    "a frame": """url => new Promise(told => {
        const frame = document.createElement('iframe');
        frame.onload = () => { try { told(frame.contentDocument?.body.textContent || null) } catch { told(null) } };
        frame.src = url + '/_inspect?format=html'; document.body.append(frame);
    })""",
    "a window": """url => new Promise(told => {
        const opened = open(url + '/_inspect/status');
        const look = () => { try { opened.document; setTimeout(look, 20) } catch { opened.close(); told(null) } };
        look();
    })""",
    "a script": """url => new Promise(told => {
        const script = document.createElement('script');
        script.onload = () => told('loaded'); script.onerror = () => told(null);
        script.src = url + '/_inspect/static/theme.js'; document.body.append(script);
    })""",
    "a style sheet": """url => new Promise(told => {
        const link = document.createElement('link'); link.rel = 'stylesheet';
        link.onload = () => told('loaded'); link.onerror = () => told(null);
        link.href = url + '/_inspect/static/page.css'; document.head.append(link);
    })""",
    "an image": """url => new Promise(told => {
        const image = new Image(); image.onload = () => told('loaded'); image.onerror = () => told(null);
        image.src = url + '/_inspect/static/icon.svg';
    })""",
}
# Each sends something that would empty the log.
STEERING = {
    # First, since nobody is told when it has come; the others take their time.
    "a beacon": "url => navigator.sendBeacon(url + '/_control/reset', '{}')",
    "a blind fetch": """url => fetch(url + '/_control/reset', {method: 'POST', mode: 'no-cors', body: '{}'})
        .catch(() => null)""",
    "a fetch": "url => fetch(url + '/_control/reset', {method: 'POST'}).catch(() => null)",
    "a fetch that hides its origin": """url => fetch(url + '/_control/reset',
        {method: 'POST', mode: 'no-cors', referrerPolicy: 'no-referrer', body: '{}'}).catch(() => null)""",
    "a delete": "url => fetch(url + '/_control/log', {method: 'DELETE'}).catch(() => null)",
    "a form": """url => new Promise(told => {
        const frame = document.createElement('iframe'); frame.name = 'there'; document.body.append(frame);
        const form = document.createElement('form');
        Object.assign(form, {method: 'post', enctype: 'text/plain', action: url + '/_control/reset', target: 'there'});
        frame.onload = () => told(null); document.body.append(form); form.submit();
    })""",
    "a sandboxed frame, whose origin is null": """url => new Promise(told => {
        const frame = document.createElement('iframe'); frame.sandbox = 'allow-scripts';
        addEventListener('message', () => told(null), {once: true});
        frame.srcdoc = `<script>fetch('${url}/_control/reset', {method: 'POST', mode: 'no-cors', body: '{}'})
            .finally(() => parent.postMessage('done', '*')).catch(() => null)</` + 'script>';
        document.body.append(frame);
    })""",
}
