#!/usr/bin/env python3
"""Checks WARC files against ISO 28500:2017 (WARC 1.1), and shares no code with what it checks.

usage: warc_strict.py [--list FILE] [--torn-tail] [--digests NAME] [--urls-as-sent] [--secrets-absent WORD...] -- ARCHIVE...

The files are one archive: what a record refers to may be in an earlier file. Where the standard only recommends, what
trawl promises is asked for: a warcinfo record first, a gzip member a record, dates that end in Z, URIs of RFC 3986.

  --list FILE        writes a line a record: file, offset, length, type, URI, status, length of the payload, record ID, and
                     the payload's SHA-256 in base 16
  --torn-tail        the last record may be cut off, and its exchange with it: the archive is being written
  --digests NAME     every record has to have a block digest, and every answer a payload digest, of this algorithm
  --urls-as-sent     a path or query may have what the URL standard of the web leaves as it is, and RFC 3986 has no place for:
                     [ ] { } | ^ ` and % without two digits
  --secrets-absent   words that may not occur anywhere in what is decompressed

Exit code 1, with file, offset and reason of the first 20 violations, if there are any.
"""
import argparse
import base64
import collections
import hashlib
import ipaddress
import os
import re
import sys
import urllib.parse
import zlib

TYPES = ('warcinfo', 'response', 'resource', 'request', 'metadata', 'revisit', 'conversion', 'continuation')
MANDATORY = ('WARC-Record-ID', 'Content-Length', 'WARC-Date', 'WARC-Type')
NEEDS = {  # field: the types that have to have it
    'WARC-Target-URI': {'response', 'resource', 'request', 'revisit', 'conversion', 'continuation'},
    'WARC-Profile': {'revisit'},
    'WARC-Segment-Number': {'continuation'},
    'WARC-Segment-Origin-ID': {'continuation'},
}
ALLOWED = {  # field: the types that may have it; those not named here may be anywhere
    'WARC-Target-URI': set(TYPES) - {'warcinfo'},
    'WARC-Concurrent-To': {'request', 'response', 'resource', 'metadata', 'revisit'},
    'WARC-Payload-Digest': set(TYPES) - {'warcinfo', 'metadata'},
    'WARC-Identified-Payload-Type': set(TYPES) - {'warcinfo', 'metadata'},
    'WARC-IP-Address': {'response', 'resource', 'request', 'metadata', 'revisit'},
    'WARC-Refers-To': {'metadata', 'revisit', 'conversion'},
    'WARC-Refers-To-Target-URI': {'revisit'},
    'WARC-Refers-To-Date': {'revisit'},
    'WARC-Warcinfo-ID': set(TYPES) - {'warcinfo'},
    'WARC-Filename': {'warcinfo'},
    'WARC-Profile': {'revisit'},
    'WARC-Segment-Origin-ID': {'continuation'},
    'WARC-Segment-Total-Length': {'continuation'},
}
IDS = ('WARC-Record-ID', 'WARC-Concurrent-To', 'WARC-Refers-To', 'WARC-Warcinfo-ID', 'WARC-Segment-Origin-ID')
DATES = ('WARC-Date', 'WARC-Refers-To-Date')
URIS = ('WARC-Target-URI', 'WARC-Refers-To-Target-URI', 'WARC-Profile')
DIGESTS = ('WARC-Block-Digest', 'WARC-Payload-Digest')
SAME_PAYLOAD = 'http://netpreserve.org/warc/1.1/revisit/identical-payload-digest'
NOT_MODIFIED = 'http://netpreserve.org/warc/1.1/revisit/server-not-modified'

TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
UUID = re.compile(r'<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>')
DATE = re.compile(r'(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?Z')
MEDIA_TYPE = re.compile(rf'{TOKEN}/{TOKEN}(?:[ \t]*;[ \t]*{TOKEN}=(?:{TOKEN}|"(?:[^"\\]|\\.)*"))*')
LABELLED = re.compile(rf'({TOKEN}):({TOKEN})')
FIELD = re.compile(rf'({TOKEN}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*')
STATUS_LINE = re.compile(rb'HTTP/(?:0\.9|1\.[01]|[23](?:\.0)?) ([1-9]\d\d)(?: [^\x00-\x08\x0a-\x1f\x7f]*)?')
REQUEST_LINE = re.compile(rf'({TOKEN}) (\S+) HTTP/1\.[01]'.encode())
HTTP_FIELD = re.compile(rf'({TOKEN}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*'.encode())
UNRESERVED = r"[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2}"
URI = re.compile(  # RFC 3986 appendix A; brackets are for an IP address alone
    rf'[A-Za-z][A-Za-z0-9+\-.]*:(?://(?:(?:{UNRESERVED})*@)?(?:\[[0-9A-Fa-f:.]+\]|(?:{UNRESERVED})*?)(?::\d*)?(?=[/?#]|$))?'
    rf'(?:{UNRESERVED}|[@/])*(?:\?(?:{UNRESERVED}|[@/?])*)?(?:#(?:{UNRESERVED}|[@/?])*)?')
URL_AS_SENT = re.compile(r'https?://[^/?#]+/[!$-;=@-_a-z|~`{}^%?]*')

MOST_TOLD = 20


class Torn(Exception):
    """The file ends in the middle of a record."""


class Bad(Exception):
    """The rest of the file can't be read."""


class Record:
    def __init__(self, file, offset):
        self.file, self.offset, self.length = file, offset, 0
        self.fields = []  # (name, value)
        self.block = b''
        self.method = self.status = None
        self.payload = None  # None: there is none
        self.torn = False

    def all(self, name):
        return [v for n, v in self.fields if n.lower() == name.lower()]

    def get(self, name, default=''):
        return next(iter(self.all(name)), default)

    @property
    def type(self):
        return self.get('WARC-Type')


class Note:
    """What is remembered of a record for those that refer to it."""

    def __init__(self, r):
        self.file, self.offset, self.type, self.method = r.file, r.offset, r.type, r.method
        self.uri, self.date, self.payload = r.get('WARC-Target-URI'), r.get('WARC-Date'), r.get('WARC-Payload-Digest')


class Checker:
    def __init__(self, options):
        self.options = options
        self.violations = 0
        self.types = collections.Counter()
        self.digests = collections.Counter()
        self.notes = {}  # by record ID
        self.waiting = []  # references to check when all is read: (note, field, ID)
        self.lengths = []  # of answers that may be to HEAD: (note, ID, reason)
        self.last_event = None  # (URI, date) of the last record
        self.torn = ''
        self.list = open(options.list, 'w') if options.list else None
        self.secrets = [w.encode() for w in options.secrets_absent]

    def say(self, at, reason):
        self.violations += 1
        if self.violations <= MOST_TOLD:
            print(f'{at.file}: offset {at.offset}: {reason}', file=sys.stderr)

    # The file.

    def file(self, path, last):
        size = os.path.getsize(path)
        compressed = path.endswith('.gz')
        end, n = 0, 0
        try:
            for n, r in enumerate(self.members(path) if compressed else self.plain(path), 1):
                end = r.offset + r.length
                if n == 1 and r.type != 'warcinfo':
                    self.say(r, f'the file begins with a {r.type} record, and not with a warcinfo record')
                self.record(r)
        except Torn as e:
            if last and self.options.torn_tail:
                self.torn = f', and a torn tail of {size - end} bytes'
            else:
                self.say(Record(path, end), f'the file ends in the middle of a record: {e}')
        except Bad as e:
            self.say(Record(path, end), f'{e}; the {size - end} bytes from there on were not read')
        if n == 0 and not (last and self.options.torn_tail):
            self.say(Record(path, 0), 'there is no record')

    def members(self, path):
        """The records of a compressed file, each of which has to be a gzip member."""
        with open(path, 'rb') as f:
            offset, data = 0, b''
            while True:
                data = data or f.read(1 << 20)
                if not data:
                    return
                if data[:2] != b'\x1f\x8b'[:len(data)]:
                    raise Bad(f'no gzip member, but {data[:10]!r}')
                r, parts, length = Record(path, offset), [], 0
                inflate = zlib.decompressobj(31)
                while not inflate.eof:
                    if not data and not (data := f.read(1 << 20)):
                        raise Torn('a gzip member has no end')
                    try:
                        parts.append(inflate.decompress(data))
                    except zlib.error as e:
                        raise Bad(f'a damaged gzip member: {e}')
                    length += len(data) - len(inflate.unused_data)
                    data = inflate.unused_data
                r.length = length
                content = b''.join(parts)
                try:
                    used = self.parse(r, content)
                except Torn as e:
                    raise Bad(f'the gzip member ends in the middle of a record: {e}')
                if used != len(content):
                    raise Bad(f'the gzip member has {len(content) - used} bytes more than its record')
                offset += length
                yield r

    def plain(self, path):
        with open(path, 'rb') as f:
            content = f.read()
        offset = 0
        while offset < len(content):
            r = Record(path, offset)
            r.length = self.parse(r, memoryview(content)[offset:])
            yield r
            offset += r.length

    def parse(self, r, view):
        """Reads one record from the start of view, and returns its length."""
        start = bytes(view[:1 << 20])
        if not start.startswith(b'WARC/1.1\r\n'):
            if b'WARC/1.1\r\n'.startswith(start):
                raise Torn('there is no whole version line')
            raise Bad(f'there is no line "WARC/1.1" but {start[:20]!r}')
        end = start.find(b'\r\n\r\n')
        if end < 0:
            raise Torn('the header has no end') if len(view) == len(start) else Bad('the header is longer than 1 MiB')
        r.fields = list(self.named_fields(r, start[10:end + 2], 'the header'))
        length = r.get('Content-Length')
        if not re.fullmatch(r'\d+', length, re.ASCII):
            raise Bad(f'Content-Length is {length!r}')
        block, after = end + 4, end + 4 + int(length)
        if len(view) < after + 4 and b'\r\n\r\n'.startswith(bytes(view[after:])):
            raise Torn('the block or its end is cut off')
        if bytes(view[after:after + 4]) != b'\r\n\r\n':
            raise Bad(f'Content-Length is {length}, but behind the block is {bytes(view[after:after + 4])!r} and not CRLF CRLF')
        r.block = bytes(view[block:after])
        for word in self.secrets:
            if word in start[:end] or word in r.block:
                self.say(r, f'the {r.type} record of {r.get("WARC-Target-URI")} has the secret {word.decode()!r} in it')
        return after + 4

    def named_fields(self, r, data, where):
        if data and not data.endswith(b'\r\n'):
            self.say(r, f'{where} does not end with CRLF')
        for line in data.removesuffix(b'\r\n').split(b'\r\n') if data else ():
            try:
                m = FIELD.fullmatch(line.decode('utf-8'))
            except UnicodeDecodeError:
                m = None
            if m:
                yield m.groups()
            else:
                self.say(r, f'{where} has a line that is no "name: value" in UTF-8: {line[:80]!r}')

    # The record.

    def record(self, r):
        self.types[r.type] += 1
        for name in MANDATORY:
            if not r.all(name):
                self.say(r, f'there is no {name}')
        if r.type not in TYPES:
            self.say(r, f'WARC-Type is {r.type!r}')
        self.presence(r)
        self.values(r)
        if r.block and not r.get('Content-Type') and r.type != 'continuation':
            self.say(r, 'there is a block, but no Content-Type')
        if r.get('Content-Type') == 'application/warc-fields':
            list(self.named_fields(r, r.block, f'the block of the {r.type} record'))
        if r.get('Content-Type').startswith('application/http'):
            self.http(r)
        elif r.type in ('resource', 'conversion'):
            r.payload = r.block
        self.digest(r, 'WARC-Block-Digest', r.block)
        if r.payload is not None and r.type != 'revisit':
            self.digest(r, 'WARC-Payload-Digest', r.payload)
        self.wanted_digests(r)
        self.references(r)
        self.last_event = (r.get('WARC-Target-URI'), r.get('WARC-Date'))
        if self.list:
            payload = r.payload if r.payload is not None else b''
            print(os.path.basename(r.file), r.offset, r.length, r.type, r.get('WARC-Target-URI', '-'), r.status or '-', len(payload),
                  r.get('WARC-Record-ID'), hashlib.sha256(payload).hexdigest(), sep='\t', file=self.list)

    def presence(self, r):
        counts = collections.Counter(name.lower() for name, _ in r.fields)
        for name, n in counts.items():
            if n > 1 and name != 'warc-concurrent-to':
                self.say(r, f'{name} is there {n} times')
        for name, types in NEEDS.items():
            if r.type in types and not r.all(name):
                self.say(r, f'a {r.type} record has to have {name}')
        for name, types in ALLOWED.items():
            if r.type not in types and r.all(name):
                self.say(r, f'a {r.type} record may not have {name}')
        if r.type == 'revisit':
            for name in ('WARC-Payload-Digest', 'WARC-Refers-To', 'WARC-Refers-To-Target-URI', 'WARC-Refers-To-Date'):
                if r.get('WARC-Profile') == SAME_PAYLOAD and not r.all(name):
                    self.say(r, f'a revisit record of the same payload is to have {name}')

    def values(self, r):
        def check(names, ok, what):
            for name in names:
                for value in r.all(name):
                    if not ok(value):
                        self.say(r, f'{name} is no {what}: {value!r}')
        check(IDS, UUID.fullmatch, '<urn:uuid:…>')
        check(DATES, is_date, 'date in UTC')
        check(URIS, self.is_uri, 'URI of RFC 3986')
        check(('Content-Type', 'WARC-Identified-Payload-Type'), MEDIA_TYPE.fullmatch, 'media type')
        check(('WARC-IP-Address',), is_address, 'IP address')
        check(('WARC-Truncated',), {'length', 'time', 'disconnect', 'unspecified'}.__contains__, 'reason of the standard')
        check(('WARC-Profile',), {SAME_PAYLOAD, NOT_MODIFIED}.__contains__, 'profile of the standard')
        check(('WARC-Filename',), os.path.basename(r.file).__eq__, 'name of this file')
        check(DIGESTS, LABELLED.fullmatch, 'labelled digest')
        if r.type == 'revisit' and r.get('WARC-Profile') == SAME_PAYLOAD and r.get('WARC-Truncated') != 'length':
            self.say(r, 'a revisit record whose payload is left out has to have WARC-Truncated: length (section 6.7.2)')

    def is_uri(self, s):
        return URI.fullmatch(s) or self.options.urls_as_sent and URL_AS_SENT.fullmatch(s)

    def digest(self, r, name, data):
        for value in r.all(name):
            m = LABELLED.fullmatch(value)
            if not m:
                continue  # said before
            algorithm, text = m.groups()
            if algorithm not in ('sha1', 'sha256'):
                self.say(r, f'{name} is of the algorithm {algorithm}')
                continue
            self.digests[name] += 1
            sum_ = hashlib.new(algorithm, data).digest()
            if text not in (base64.b32encode(sum_).decode().rstrip('='), sum_.hex()) or algorithm == 'sha1' and len(text) != 32:
                self.say(r, f'{name} is {value}, but the data has {algorithm}:{sum_.hex()} ({base64.b32encode(sum_).decode()})')

    def wanted_digests(self, r):
        if not self.options.digests:
            return
        for name in DIGESTS:
            if name == 'WARC-Payload-Digest' and r.type not in ('response', 'revisit'):
                continue
            if not r.get(name).startswith(self.options.digests + ':'):
                self.say(r, f'a {r.type} record without a {name} of {self.options.digests}')

    # HTTP.

    def http(self, r):
        msgtype = r.get('Content-Type').replace(' ', '').partition(';')[2]
        if msgtype not in ('msgtype=request' if r.type == 'request' else 'msgtype=response', ''):
            self.say(r, f'a {r.type} record of {r.get("Content-Type")}')
        head, empty, body = r.block.partition(b'\r\n\r\n')
        if not empty:
            self.say(r, 'the HTTP message has no empty line behind its header')
        first, *lines = head.split(b'\r\n')
        if r.type == 'request':
            self.request_line(r, first)
        elif m := STATUS_LINE.fullmatch(first):
            r.status = int(m.group(1))
        else:
            self.say(r, f'no status line of HTTP: {first[:80]!r}')
        fields = []
        for line in lines:
            if m := HTTP_FIELD.fullmatch(line):
                fields.append((m.group(1).lower().decode(), m.group(2)))
            else:
                self.say(r, f'no header line of HTTP: {line[:80]!r}')
        if r.type == 'request' and [n for n, _ in fields].count('host') != 1:
            self.say(r, 'a request without exactly one Host')
        if r.type == 'revisit':
            r.payload = b''
            if body:
                self.say(r, f'a revisit record with {len(body)} bytes of a body')
            return
        r.payload = self.body(r, dict(fields), body)

    def request_line(self, r, line):
        m = REQUEST_LINE.fullmatch(line)
        if not m:
            self.say(r, f'no request line of HTTP/1.1: {line[:80]!r}')
            return
        r.method = m.group(1).decode()
        target = urllib.parse.urlsplit(r.get('WARC-Target-URI'))
        wanted = (target.path or '/') + ('?' + target.query if target.query or r.get('WARC-Target-URI').endswith('?') else '')
        if m.group(2).decode('latin-1') not in (wanted, r.get('WARC-Target-URI')):
            self.say(r, f'the request is for {m.group(2).decode("latin-1")}, but WARC-Target-URI is {r.get("WARC-Target-URI")}')

    def body(self, r, fields, body):
        coding = fields.get('transfer-encoding')
        if coding is not None:
            decoded = dechunked(body) if coding.lower() == b'chunked' else None
            if decoded is None and not r.get('WARC-Truncated'):
                self.say(r, f'Transfer-Encoding is {coding!r}, but the body is not so coded')
            return body if decoded is None else decoded
        length = fields.get('content-length')
        if r.status and (r.status < 200 or r.status in (204, 304)):
            if body:
                self.say(r, f'an answer with status {r.status} and {len(body)} bytes of a body')
        elif length is not None and not r.get('WARC-Truncated') and length != str(len(body)).encode():
            reason = f'the HTTP message says Content-Length: {length.decode("latin-1")}, but has {len(body)} bytes of a body'
            if body:
                self.say(r, reason)
            else:  # as is right for the answer to HEAD
                self.lengths.append((Note(r), r.get('WARC-Record-ID'), reason))
        return body

    # From record to record.

    def references(self, r):
        note, id_ = Note(r), r.get('WARC-Record-ID')
        if id_ in self.notes:
            self.say(r, f'WARC-Record-ID {id_} is that of a record before')
        if r.type == 'revisit':
            self.revisit(r)
        names = ['WARC-Concurrent-To', 'WARC-Warcinfo-ID', 'WARC-Segment-Origin-ID']
        if r.type != 'revisit':
            names.append('WARC-Refers-To')
        for name in names:
            for to in r.all(name):
                self.waiting.append((note, name, to))
                if to == id_:
                    self.say(r, f'{name} names its own record')
        self.notes[id_] = note

    def revisit(self, r):
        to = r.get('WARC-Refers-To')
        original = self.notes.get(to)
        if original is None:
            self.say(r, f'WARC-Refers-To {to}: there is no such record before')
            return
        if original.type not in ('response', 'resource'):
            self.say(r, f'WARC-Refers-To names a {original.type} record')
        for name, was in (('WARC-Refers-To-Target-URI', original.uri), ('WARC-Refers-To-Date', original.date),
                          ('WARC-Payload-Digest', original.payload)):
            if r.get(name) != was:
                self.say(r, f'{name} is {r.get(name)!r}, but that of the record referred to is {was!r}')

    def finish(self):
        heads = set()  # answers to HEAD
        for note, name, to in self.waiting:
            other = self.notes.get(to)
            if other is None:
                if not self.torn_exchange(note):
                    self.say(note, f'{name} {to}: there is no such record')
            elif name == 'WARC-Concurrent-To':
                if (other.uri, other.date) != (note.uri, note.date):
                    self.say(note, f'{name} {to}: the records of one exchange have different URIs or dates')
                for a, b in ((note, other), (other, note)):
                    if a.method == 'HEAD':
                        heads.add(b)
            elif name == 'WARC-Warcinfo-ID' and other.type != 'warcinfo':
                self.say(note, f'{name} names a {other.type} record')
        for note, id_, reason in self.lengths:
            if self.notes.get(id_) not in heads:
                self.say(note, reason)
        if self.list:
            self.list.close()

    def torn_exchange(self, note):
        return self.options.torn_tail and (note.uri, note.date) == self.last_event


def is_date(s):
    m = DATE.fullmatch(s)
    if not m:
        return False
    year, month, day, hour, minute, second = map(int, m.groups()[:6])
    days = (31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= days[month - 1] and hour < 24 and minute < 60 and second <= 60


def is_address(s):
    try:
        return '%' not in s and bool(ipaddress.ip_address(s))
    except ValueError:
        return False


def dechunked(body):
    """The body without its chunked coding (RFC 9112 section 7.1), or None if it has another form."""
    out, at = [], 0
    while m := re.compile(rb'([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n').match(body, at):
        size, at = int(m.group(1), 16), m.end()
        if size == 0:
            return b''.join(out) if re.compile(rb'(?:[^\r\n]+\r\n)*\r\n').fullmatch(body, at) else None
        if body[at + size:at + size + 2] != b'\r\n':
            return None
        out.append(body[at:at + size])
        at += size + 2
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--list')
    parser.add_argument('--torn-tail', action='store_true')
    parser.add_argument('--digests')
    parser.add_argument('--urls-as-sent', action='store_true')
    parser.add_argument('--secrets-absent', nargs='+', default=[])
    parser.add_argument('archives', nargs='+')
    options = parser.parse_args()
    c = Checker(options)
    for path in options.archives:
        c.file(path, last=path == options.archives[-1])
    c.finish()
    if c.violations:
        print(f'{c.violations} violations in {len(options.archives)} files', file=sys.stderr)
        sys.exit(1)
    kinds = ', '.join(f'{n} {kind}' for kind, n in sorted(c.types.items()))
    print(f'{sum(c.types.values())} records in {len(options.archives)} file{"s" * (len(options.archives) > 1)}: {kinds}; '
          f'{c.digests["WARC-Block-Digest"]} block and {c.digests["WARC-Payload-Digest"]} payload digests right{c.torn}')


if __name__ == '__main__':
    main()
