#!/usr/bin/env python3
"""Serves a small site with what archives find hard, on 127.0.0.1, and prints its port: secrets, failures, cut answers, odd heads, odd URLs.

It wants the user "keeper" with the password given, and sets a cookie with the value given, which it wants back.

usage: warc_site.py PASSWORD COOKIE
"""
import base64
import socket
import socketserver
import struct
import sys
import zlib

PASSWORD, COOKIE = sys.argv[1:]
PAGE = '<!DOCTYPE html><html lang="en"><title>{0}</title><h1>{0}</h1><p>{1}</p></html>'
LINKS = (
    'chunked gzip chunked-gzip both-lengths close short short-chunked reset nothing empty 204 304 500 503 long-head folded latin1 '
    'twice same-1 same-2 redirect loop private q?a[]=1&b={2}|3^4 q?a=<b> q? %7Euser/ a//b semi;colon q?x=%zz caf\u00e9 '
    'emoji-\U0001f40b q?caf\u00e9#part').split()


def page(title):
    links = ' '.join(f'<a href="/{link}">{link.replace("<", "&lt;")}</a>' for link in LINKS)
    return PAGE.format(title, links).encode()


def chunks(data):
    return b''.join(b'%x\r\n%s\r\n' % (len(data[i:i + 100]), data[i:i + 100]) for i in range(0, len(data), 100)) + b'0\r\n\r\n'


def gz(data):
    c = zlib.compressobj(9, wbits=31)
    return c.compress(data) + c.flush()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline()
            if not line.strip():
                return
            fields = {}
            while (field := self.rfile.readline().strip()):
                name, _, value = field.decode('latin-1').partition(':')
                fields[name.lower()] = value.strip()
            if not self.answer(line.split()[1].decode('latin-1'), fields):
                return

    def send(self, head, body=b'', status='200 OK'):
        self.wfile.write(f'HTTP/1.1 {status}\r\nContent-Type: text/html\r\n'.encode() + head.encode('latin-1') + b'\r\n' + body)
        return True

    def whole(self, body, head='', status='200 OK'):
        return self.send(f'Content-Length: {len(body)}\r\n' + head, body, status)

    def answer(self, target, fields):
        basic = base64.b64encode(f'keeper:{PASSWORD}'.encode()).decode()
        if target == '/robots.txt':
            return self.whole(b'User-agent: *\nDisallow: /private\n')
        if fields.get('authorization') != 'Basic ' + basic:
            return self.whole(b'who?', 'WWW-Authenticate: Basic realm="x"\r\n', '401 Unauthorized')
        if target == '/':
            return self.whole(page('Home'), f'Set-Cookie: session={COOKIE}; Path=/; HttpOnly\r\nSet-Cookie: lang=en\r\n')
        if COOKIE not in fields.get('cookie', ''):
            return self.whole(b'no cookie', status='403 Forbidden')
        name = target[1:]
        body = PAGE.format(name, 'x' * 500).encode()
        match name:
            case 'chunked':
                return self.send('Transfer-Encoding: chunked\r\n', chunks(body))
            case 'gzip':
                return self.whole(gz(body), 'Content-Encoding: gzip\r\n')
            case 'chunked-gzip':
                return self.send('Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nTrailer: X\r\n', chunks(gz(body))[:-2] + b'X: y\r\n\r\n')
            case 'both-lengths':
                return self.send('Transfer-Encoding: chunked\r\nContent-Length: 7\r\n', chunks(body)) and False
            case 'close':
                return self.send('Connection: close\r\n', body) and False
            case 'short':
                return self.send(f'Content-Length: {len(body) + 1000}\r\n', body) and False
            case 'short-chunked':
                return self.send('Transfer-Encoding: chunked\r\n', chunks(body)[:300]) and False
            case 'reset':
                self.send(f'Content-Length: {len(body) + 1000}\r\n', body)
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                return False
            case 'nothing':
                return False
            case 'empty':
                return self.whole(b'')
            case '204':
                return self.send('', status='204 No Content')
            case '304':
                return self.send('', status='304 Not Modified')
            case '500' | '503':
                return self.whole(body, 'Retry-After: 0\r\n', name + ' ' + 'Oh, no! ' * 3)
            case 'long-head':
                return self.whole(body, 'X-Long: ' + 'a' * 100000 + '\r\n')
            case 'folded':
                return self.whole(body, 'X-Folded: one\r\n two\r\n\tthree\r\n')
            case 'latin1':
                return self.whole(body, 'X-Latin1: caf\xe9 \xff\r\nX-Tab: a\tb\r\nX-Empty:\r\n')
            case 'twice':
                return self.whole(body, 'Link: </a>; rel=a\r\nLink: </b>; rel=b\r\n')
            case 'same-1' | 'same-2':
                return self.whole(PAGE.format('same', 'y' * 500).encode())
            case 'redirect':
                return self.whole(b'', 'Location: /chunked\r\n', '302 Found')
            case 'loop':
                return self.whole(b'', 'Location: /loop\r\n', '301 Moved Permanently')
        return self.whole(body)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass  # clients go away


with Server(('127.0.0.1', 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
