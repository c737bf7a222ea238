import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameSplitter } from '../../../src/main/ingest/frame-splitter.ts'

const MOST = 1_000
const FIN = 0x80

/** A frame as a server sends it; `wide`: its length is told in so many bits, where they suffice. */
function frameOf(first: number, payload: Uint8Array, wide: 7 | 16 | 64 = 7): Buffer {
  const { length } = payload
  if (wide === 7 && length < 126) return Buffer.from([first, length, ...payload])
  if (wide !== 64) return Buffer.from([first, 126, length >> 8, length & 0xff, ...payload])
  const head = Buffer.alloc(10)
  head[0] = first
  head[1] = 127
  head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

type Said = readonly [what: 'text' | 'binary' | 'other' | 'end', bytes: string]

/** What the splitter says of these chunks; pieces for the library that follow each other are one. */
function split(chunks: readonly Uint8Array[]): readonly Said[] {
  const said: Said[] = []
  const add = (what: Said[0], bytes: Buffer) => {
    const text = bytes.toString('hex')
    const last = said.at(-1)
    if (what !== 'text' && what !== 'binary' && last?.[0] === what)
      said[said.length - 1] = [what, last[1] + text]
    else said.push([what, text])
  }
  let open = true
  const splitter = new FrameSplitter(MOST, {
    data: (chunk, from, to, binary) => add(binary ? 'binary' : 'text', chunk.subarray(from, to)),
    other: (bytes) => add('other', bytes),
    end: (bytes) => {
      add('end', bytes)
      open = false
    },
  })
  for (const chunk of chunks)
    if (open) splitter.write(Buffer.from(chunk))
    else add('end', Buffer.from(chunk))
  return said
}

/** The same, slowly and obviously: all bytes are there, frame after frame. */
function twin(bytes: Buffer): readonly Said[] {
  const said: Said[] = []
  let fragmented = false
  for (let at = 0; at < bytes.length; ) {
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]]
    const size = (second & 0x7f) === 127 ? 10 : (second & 0x7f) === 126 ? 4 : 2
    if (at + 1 >= bytes.length || at + size > bytes.length) return said
    const length =
      size === 10
        ? Number(bytes.readBigUInt64BE(at + 2))
        : size === 4
          ? bytes.readUInt16BE(at + 2)
          : second & 0x7f
    const [fin, opcode] = [first >= FIN, first & 15]
    const control = opcode >= 8
    const bad =
      (first & 0x70) !== 0 ||
      second >= 0x80 ||
      length > MOST ||
      ![0, 1, 2, 9, 10].includes(opcode) || // a closing frame ends it, too
      (control && (!fin || length > 125)) ||
      (!control && (opcode === 0) !== fragmented)
    const whole = bytes.subarray(at, at + size + length)
    if (bad) {
      said.push(['end', bytes.toString('hex', at)])
      return said
    }
    if (fin && opcode !== 0 && !control) {
      if (at + size + length > bytes.length) return said
      said.push([
        opcode === 2 ? 'binary' : 'text',
        bytes.toString('hex', at + size, at + size + length),
      ])
    } else {
      if (!control) fragmented = !fin
      const last = said.at(-1)
      if (last?.[0] === 'other') said[said.length - 1] = ['other', last[1] + whole.toString('hex')]
      else said.push(['other', whole.toString('hex')])
    }
    at += size + length
  }
  return said
}

const payload = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 120, maxLength: 1_100 }) },
)
const first = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(0x81, 0x82) },
  { weight: 4, arbitrary: fc.constantFrom(0x89, 0x8a, 0x01, 0x02, 0x00, 0x80) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
)
const frame = fc
  .tuple(first, payload, fc.constantFrom(7 as const, 16 as const, 64 as const))
  .map((parts) => frameOf(...parts))
const stream = fc
  .tuple(fc.array(frame, { maxLength: 12 }), fc.uint8Array({ maxLength: 12 }))
  .map(([frames, rest]) => Buffer.concat([...frames, rest]))

describe('frames in the bytes of a socket', () => {
  it('are the same however the bytes come in', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(1_500), { maxLength: 30 }), (bytes, cuts) => {
        const ends = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort(
          (a, b) => a - b,
        )
        const chunks = [0, ...ends].map((from, n) => bytes.subarray(from, ends[n] ?? bytes.length))
        expect(split(chunks)).toEqual(twin(bytes))
      }),
      { numRuns: 2_000 },
    )
  })

  it('are the same byte by byte', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        expect(split([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(twin(bytes))
      }),
      { numRuns: 300 },
    )
  })

  it('leaves pings and messages in parts to the library, in their place', () => {
    const text = (word: string, firstByte = 0x81) => frameOf(firstByte, Buffer.from(word))
    const [ping, begin, more, end] = [
      text('p', 0x89),
      text('a', 0x01),
      text('b', 0x00),
      text('c', FIN),
    ]
    expect(split([Buffer.concat([text('x'), ping, begin, more, ping, end, text('y')])])).toEqual([
      ['text', '78'],
      ['other', Buffer.concat([ping, begin, more, ping, end]).toString('hex')],
      ['text', '79'],
    ])
  })

  it.each([
    ['a closing frame', Buffer.from([0x88, 0])],
    ['a frame that is too long', frameOf(0x81, Buffer.alloc(MOST + 1))],
    ['a mask', Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5])],
    ['a reserved bit', Buffer.from([0xc1, 0])],
    ['text within a message in parts', Buffer.from([0x01, 0, 0x81, 0])],
    ['a continuation of nothing', Buffer.from([0x80, 0])],
    ['a ping in parts', Buffer.from([0x09, 0])],
  ])('%s ends its work, with all that follows', (_what, bytes) => {
    const said = split([bytes, frameOf(0x81, Buffer.from('lost'))])
    expect(said.at(-1)?.[0]).toBe('end')
    expect(said.at(-1)?.[1].endsWith(frameOf(0x81, Buffer.from('lost')).toString('hex'))).toBe(true)
  })
})
