// Reads archives with webrecorder's warcio, which shares no code with what wrote them.
//
// usage: node warc_npm.mjs FOLDER LIST ARCHIVE...
//
// FOLDER has warcio in its node_modules, LIST is what warc_strict.py --list wrote of the same archives. Each record has to be the same in both.
// If an archive has an index beside it, ARCHIVE.cdxj, that has to say what warcio's own does, and reading just the bytes that a line of it names
// has to give that answer.
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'

const [folder, list, ...archives] = process.argv.slice(2)
const { WARCParser, CDXIndexer } = await import(pathToFileURL(path.join(folder, 'node_modules/warcio/dist/index.js')))

let wrong = 0
function expect(ok, ...what) {
  if (ok) return
  if (++wrong <= 20) console.error(...what)
}

console.warn = (...what) => expect(false, 'warcio warns:', ...what)

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')
const uri = record => record.warcTargetURI ?? '-'

// What warc_strict.py found: by file, and by offset in it.
const listed = new Map(archives.map(a => [path.basename(a), new Map()]))
for (const line of fs.readFileSync(list, 'utf8').trimEnd().split('\n')) {
  const [file, offset, length, type, target, status, size, id, digest] = line.split('\t')
  listed.get(file).set(Number(offset), { length: Number(length), type, target, status, size: Number(size), id, digest })
}

function compare(where, record, payload, want) {
  expect(want, where, 'warc_strict.py knows of no record here')
  if (!want) return
  expect(record.warcHeader('WARC-Record-ID') === want.id, where, 'another record ID:', record.warcHeader('WARC-Record-ID'), want.id)
  expect(record.warcType === want.type, where, 'another type:', record.warcType, want.type)
  expect(uri(record) === want.target, where, 'another URI:', uri(record), want.target)
  if (['response', 'revisit'].includes(want.type)) {
    expect(String(record.httpHeaders?.statusCode) === want.status, where, 'another status:', record.httpHeaders?.statusCode, want.status)
    expect(payload.length === want.size && sha256(payload) === want.digest, where, 'another payload:', payload.length, want.size)
  }
}

async function iterate(archive) {
  const counts = {}
  const records = listed.get(path.basename(archive))
  const parser = new WARCParser(fs.createReadStream(archive))
  let n = 0
  for await (const record of parser) {
    const payload = await record.readFully(false)
    const { offset } = parser
    compare(`${archive}: offset ${offset}:`, record, payload, records.get(offset))
    counts[record.warcType] = (counts[record.warcType] ?? 0) + 1
    n++
  }
  expect(n === records.size, `${archive}: warcio finds ${n} records, and warc_strict.py ${records.size}`)
  return counts
}

// What warcio's own indexer makes of an archive, by offset. Two things it does its own way: without compression it counts a record without the two
// CRLF at its end, and its keys keep a slash at the end of a path, which those of the Internet Archive don't.
async function index(archive) {
  const entries = new Map()
  const files = [{ filename: path.basename(archive), reader: fs.createReadStream(archive) }]
  for await (const entry of new CDXIndexer({ format: 'cdxj' }).iterIndex(files)) {
    if (!archive.endsWith('.gz')) entry.length += 4
    entry.urlkey = entry.urlkey.replace(/(?<!\))\/(?=\?|$)/, '')
    entries.set(entry.offset, entry)
  }
  return entries
}

async function atRandom(archive) {
  const lines = fs.readFileSync(archive + '.cdxj', 'utf8').trimEnd().split('\n').filter(l => !l.startsWith('!'))
  const theirs = await index(archive)
  const records = listed.get(path.basename(archive))
  const file = fs.openSync(archive)
  let read = 0
  let failures = 0
  for (const line of lines.sort(() => Math.random() - 0.5)) {
    const [, key, timestamp, json] = line.match(/^(\S+) (\d{14}) (\{.*\})$/) ?? []
    expect(json, `${archive}.cdxj: no line of CDXJ: ${line.slice(0, 100)}`)
    if (!json) continue
    const ours = JSON.parse(json)
    const [offset, length] = [Number(ours.offset), Number(ours.length)]
    const where = `${archive}.cdxj: ${ours.url} at ${offset}:`
    const bytes = Buffer.alloc(length)
    expect(fs.readSync(file, bytes, 0, length, offset) === length, where, 'the archive is not that long')
    if (archive.endsWith('.gz')) expect(zlib.gunzipSync(bytes).subarray(-4).toString() === '\r\n\r\n', where, 'no whole gzip member')

    const parser = new WARCParser([bytes])
    const record = await parser.parse()
    expect(record, where, 'there is no record')
    if (!record) continue
    compare(where, record, await record.readFully(false), records.get(offset))
    expect(uri(record) === ours.url, where, 'the record is of', uri(record))
    expect(records.get(offset)?.length === length, where, 'the record is', records.get(offset)?.length, 'bytes long, and not', length)
    expect(await parser.parse() === null, where, 'there is more than one record')
    read++

    if (record.warcType === 'metadata') { // of a failure, which is not in warcio's index
      failures++
      continue
    }
    const entry = theirs.get(offset)
    expect(entry, where, "it is not in warcio's index")
    if (!entry) continue
    theirs.delete(offset)
    expect(key === entry.urlkey, where, `the key is ${key}, and warcio's ${entry.urlkey}`)
    expect(timestamp === entry.timestamp, where, `the time is ${timestamp}, and warcio's ${entry.timestamp}`)
    for (const name of ['length', 'status', 'url', 'filename']) {
      expect(String(ours[name]) === String(entry[name]), where, `${name} is ${ours[name]}, and warcio's ${entry[name]}`)
    }
    expect(ours.digest.endsWith(entry.digest), where, `digest is ${ours.digest}, and warcio's ${entry.digest}`)
  }
  fs.closeSync(file)
  for (const { url, offset } of theirs.values()) expect(false, `${archive}: ${url} at ${offset} is in warcio's index, but not in ours`)
  return `; by the index ${read} read at random${failures ? `, ${failures} of them failures` : ''}`
}

for (const archive of archives) {
  const counts = await iterate(archive)
  const indexed = fs.existsSync(archive + '.cdxj') ? await atRandom(archive) : ''
  const kinds = Object.entries(counts).sort().map(([type, n]) => `${n} ${type}`).join(', ')
  if (!wrong) console.log(`warcio reads ${path.basename(archive)} the same: ${kinds}${indexed}`)
}
if (wrong) {
  console.error(`${wrong} differences`)
  process.exit(1)
}
