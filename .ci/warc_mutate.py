#!/usr/bin/env python3
"""Shows that warc_strict.py can fail: it has to refuse each of a number of files that are a good one with one thing wrong.

usage: warc_mutate.py ARCHIVE.warc    an archive without compression, with a response and a revisit record
"""
import gzip
import os
import re
import subprocess
import sys
import tempfile


def edit(type_, pattern, to):
    """In the first record of a type, replaces what a pattern finds in its header."""
    def mutate(data):
        start = re.search(rb'WARC/1\.1\r\nWARC-Type: ' + type_, data).start()
        end = data.index(b'\r\n\r\n', start) + 2
        head, n = re.subn(pattern, to, data[start:end], count=1)
        assert n == 1, (type_, pattern)
        return data[:start] + head + data[end:]
    return mutate


def add(type_, line):
    return edit(type_, rb'\r\nContent-Type', b'\r\n' + line + b'\r\nContent-Type')


def records(data):
    at = [m.start() for m in re.finditer(rb'WARC/1\.1\r\nWARC-Type: ', data)]
    return [data[a:b] for a, b in zip(at, at[1:] + [len(data)])]


def members(data):
    return [gzip.compress(r, 1) for r in records(data)]


def swap(pattern, to):
    def mutate(data):
        assert re.search(pattern, data), pattern
        return re.sub(pattern, to, data, count=1)
    return mutate


PLAIN = {  # what is said of it: how to do it
    'wrong version': (b'no line "WARC/1.1"', swap(rb'WARC/1\.1\r\n(?=WARC-Type: response)', b'WARC/1.2\r\n')),
    'LF for CRLF': (b'no "name: value"', edit(b'response', rb'\r\nWARC-Date', b'\nWARC-Date')),
    'a field without a colon': (b'no "name: value"', add(b'response', b'Nonsense')),
    'a space before the colon': (b'no "name: value"', edit(b'response', rb'WARC-Date:', b'WARC-Date :')),
    'no date': (b'there is no WARC-Date', edit(b'response', rb'WARC-Date: [^\r]*\r\n', b'')),
    'a date without Z': (b'no date in UTC', edit(b'response', rb'(WARC-Date: [^\r]*)Z', rb'\1')),
    'the 31st of February': (b'no date in UTC', edit(b'response', rb'(WARC-Date: \d{4})-\d\d-\d\d', rb'\1-02-31')),
    'no record ID': (b'there is no WARC-Record-ID', edit(b'metadata', rb'WARC-Record-ID: [^\r]*\r\n', b'')),
    'an ID without <>': (b'no <urn:uuid', edit(b'metadata', rb'WARC-Record-ID: <([^>]*)>', rb'WARC-Record-ID: \1')),
    'a field twice': (b'is there 2 times', add(b'response', b'warc-type: response')),
    'a target URI of a warcinfo': (b'may not have WARC-Target-URI', add(b'warcinfo', b'WARC-Target-URI: http://a/')),
    'no target URI': (b'has to have WARC-Target-URI', edit(b'response', rb'WARC-Target-URI: [^\r]*\r\n', b'')),
    'a URI with a space': (b'no URI', edit(b'metadata', rb'(WARC-Target-URI: [^\r]*)', rb'\1/a b')),
    'a URI with <>': (b'no URI', edit(b'metadata', rb'WARC-Target-URI: ([^\r]*)', rb'WARC-Target-URI: <\1>')),
    'a bad escape': (b'no URI', edit(b'metadata', rb'(WARC-Target-URI: [^\r]*)', rb'\1%2')),
    'a file name of a response': (b'may not have WARC-Filename', add(b'response', b'WARC-Filename: a.warc')),
    'another file name': (b'no name of this file', edit(b'warcinfo', rb'WARC-Filename: ', b'WARC-Filename: x')),
    'a payload of a metadata': (b'may not have WARC-Payload-Digest', add(b'metadata', b'WARC-Payload-Digest: sha256:' + b'0' * 64)),
    'a wrong block digest': (b'WARC-Block-Digest is', edit(b'request', rb'(WARC-Block-Digest: sha256:)....', rb'\g<1>0000')),
    'a wrong payload digest': (b'WARC-Payload-Digest is', edit(b'response', rb'(WARC-Payload-Digest: sha256:)....', rb'\g<1>0000')),
    'no block digest': (b'without a WARC-Block-Digest', edit(b'request', rb'WARC-Block-Digest: [^\r]*\r\n', b'')),
    'a length too small': (b'behind the block is', edit(b'response', rb'(Content-Length: \d*)\d', rb'\1')),
    'a length too large': (b'in the middle of a record', edit(b'response', rb'(Content-Length: \d*)', rb'\g<1>00000')),
    'one CRLF at the end': (b'behind the block is', swap(rb'\r\n\r\n(?=WARC/1\.1\r\nWARC-Type: response)', b'\r\n')),
    'three CRLF at the end': (b'no line "WARC/1.1"', swap(rb'(?<=\r\n\r\n)(?=WARC/1\.1\r\nWARC-Type: response)', b'\r\n')),
    'a byte behind all': (b'no line "WARC/1.1"', lambda data: data + b'\n'),
    'a torn end': (b'in the middle of a record', lambda data: data[:-100]),
    'no warcinfo': (b'begins with a request', lambda data: b''.join(records(data)[1:])),
    'a record twice': (b'is that of a record before', lambda data: data + records(data)[-1]),
    'a record less': (b'there is no such record', lambda data: b''.join(r for i, r in enumerate(records(data)) if i != 3)),
    'another date': (b'different URIs or dates', edit(b'metadata', rb'WARC-Date: \d{4}', b'WARC-Date: 2001')),
    'no profile': (b'has to have WARC-Profile', edit(b'revisit', rb'WARC-Profile: [^\r]*\r\n', b'')),
    'a revisit of another URI': (b'that of the record referred to', edit(b'revisit', rb'(WARC-Refers-To-Target-URI: [^\r]*)', rb'\1x')),
    'a revisit of another date': (b'that of the record referred to', edit(b'revisit', rb'(WARC-Refers-To-Date: )\d{4}', rb'\g<1>2001')),
    'a revisit of nothing': (b'there is no such record', edit(b'revisit', rb'(WARC-Refers-To: <urn:uuid:)........', rb'\g<1>00000000')),
    'a whole revisit': (b'has to have WARC-Truncated', edit(b'revisit', rb'WARC-Truncated: length\r\n', b'')),
    'a chunked body without chunks': (b'is not so coded', swap(rb'\r\nDate: .{29}\r\n', b'\r\nTransfer-Encoding: chunked' + b' ' * 9 + b'\r\n')),
    'an HTTP line without a colon': (b'no header line of HTTP', swap(rb'\r\nDate: (?=.{29}\r\n)', b'\r\nDate; ')),
    'no HTTP': (b'no status line', swap(rb'HTTP/1\.1 200', b'HTTPS/1.1 20')),
    'another length in HTTP': (b'the HTTP message says', swap(rb'(?<=\nContent-Length: )[1-8](?=\d*\r\nContent-Type: text)', b'9')),
}

COMPRESSED = {
    'a byte between members': (b'no gzip member', lambda data: members(data)[0] + b'\0' + b''.join(members(data)[1:])),
    'a byte behind all': (b'no gzip member', lambda data: b''.join(members(data)) + b'\n'),
    'one member for all': (b'bytes more than its record', lambda data: gzip.compress(data)),
    'two members for a record': (b'in the middle of a record', lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
    'a wrong checksum': (b'damaged', lambda data: members(data)[0][:-8] + b'\0\0\0\0' + members(data)[0][-4:] + b''.join(members(data)[1:])),
    'a torn end': (b'in the middle of a record', lambda data: b''.join(members(data))[:-5]),
}


def judged(data, path):
    with open(path, 'wb') as f:
        f.write(data)
    strict = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'warc_strict.py')
    return subprocess.run([sys.executable, strict, '--digests', 'sha256', path], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)


def main():
    with open(sys.argv[1], 'rb') as f:
        good = f.read()
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, os.path.basename(sys.argv[1]))
        compressed = plain + '.gz'
        renamed = edit(b'warcinfo', rb'(WARC-Filename: [^\r]*)', rb'\1.gz')(good)
        cases = [(plain, 'nothing', None, lambda data: data)]
        cases += [(plain, what, *how) for what, how in PLAIN.items()]
        cases += [(compressed, 'nothing', None, lambda data: b''.join(members(data)))]
        cases += [(compressed, what, *how) for what, how in COMPRESSED.items()]
        for path, what, reason, mutate in cases:
            ran = judged(mutate(good if path == plain else renamed), path)
            right = ran.returncode == 0 if reason is None else ran.returncode == 1 and reason in ran.stderr
            if not right:
                print(f'{what} ({os.path.basename(path)}): exit code {ran.returncode}, {ran.stderr.decode()}', file=sys.stderr)
                sys.exit(1)
    print(f'warc_strict.py refuses {len(PLAIN) + len(COMPRESSED)} kinds of bad files, each for its reason')


if __name__ == '__main__':
    main()
