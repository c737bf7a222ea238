import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { venues } from '../../src/main/venues/index.ts'
import { formatDecimal, parseDecimal } from '../../src/shared/domain/decimal.ts'
import { junk, mutated } from '../venues/mutation.ts'
import { reading } from '../venues/reading.ts'
import { type Print, timeOf } from './hostile-dialects.ts'
import { type Got, HostileVenue } from './hostile-venue.ts'

// Every venue's feed on a real socket, against a server that sends it anything at all. Each run of a
// property goes on with the same feed, as a bad day at a venue does.

const MB = 1024 * 1024
const SEED = 20_260_801
const RUNS = 30
const FATAL_RUNS = 5

/** How a text frame is sent. `wrapped`: as the venue does, compressed or binary. */
type How = 'text' | 'wrapped' | 'fragments'

type Step =
  | { readonly kind: 'good'; readonly how: How; readonly prints: readonly Draft[] }
  /** No JSON at all: nobody can read it. */
  | { readonly kind: 'senseless'; readonly how: How; readonly text: string }
  /** The beginning of a good frame. */
  | { readonly kind: 'cut'; readonly how: How; readonly at: number }
  /** A good frame of several rows, one of which is broken: the others count. */
  | { readonly kind: 'broken-row'; readonly how: How; readonly prints: readonly Draft[] }
  /** A good frame with one place changed: what it means now, the reader alone says. */
  | { readonly kind: 'mutated'; readonly how: How; readonly print: Draft; readonly change: Change }
  /** JSON that means nothing, however large or deep. */
  | { readonly kind: 'meaningless'; readonly how: How; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'packed'; readonly name: keyof typeof BAD_PACKS }
  | { readonly kind: 'ping' | 'pong'; readonly payload: Uint8Array }
  /** Many protocol pings in one packet, sooner than any can be answered. */
  | { readonly kind: 'pings'; readonly count: number }

type Draft = Omit<Print, 'n'>
interface Change {
  readonly at: number
  readonly value: unknown
  readonly remove: boolean
}

const huge = (length: number): string => JSON.stringify({ text: 'x'.repeat(length) })
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

const SENSELESS = [
  ...['', ' ', '{', '[', '{"e":', '{"a":1}{"b":2}', '{}x', 'nonsense', '<html>502</html>', 'NaN'],
  ...['\u0000', '{}\u0000', '\ufeff{}', '\u001f\u008b\b\u0000', '{"a":"\u0000"}', "{'a':1}"],
  ...['{"p":1e}', '{"p":0x10}', '{"p":Infinity}', '{"p":.5}', '{"a":"\\ud8"}', '{"a":"\\x00"}'],
  ...['['.repeat(100_000), '{"a":'.repeat(50_000), `{"p":"${'9'.repeat(MB)}`],
]
const MEANINGLESS = [
  ...['{}', '[]', 'null', '0', 'true', '""', '{"data":[]}', '{"p":1e999}', '-1e-999', '[1e999]'],
  ...['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}'],
  ...['{"__proto__":null,"toString":1}', '"\\ud800"', '{"\\udfff":"\\ud800\\u0000"}'],
  ...[deep(500), huge(2 * MB), JSON.stringify(Array(20_000).fill({}))],
]

/** A ping without a payload. */
const PING = Buffer.from([0x89, 0])

/** Compressed frames that cannot be unpacked; where frames are not compressed, just more rubbish. */
const BAD_PACKS = {
  bomb: gzipSync(Buffer.alloc(17 * MB)),
  cut: gzipSync('{"some":"frame"}').subarray(0, 20),
  'wrong sum': withLastByte(gzipSync('{"some":"frame"}')),
  'other kind': deflateSync('{"some":"frame"}'),
  'no gzip': Buffer.from('{"some":"frame that is not compressed'),
  empty: Buffer.alloc(0),
}

function withLastByte(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  changed[changed.length - 6] = (changed.at(-6) ?? 0) ^ 0xff
  return changed
}

const decimal = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.stringMatching(/^[0-9]{0,8}$/))
  .map(([whole, part]) => (part === '' ? `${whole}` : `${whole}.${part}`))
const draft: fc.Arbitrary<Draft> = fc.record({
  price: decimal,
  qty: decimal,
  side: fc.constantFrom('buy', 'sell'),
})
const how: fc.Arbitrary<How> = fc.constantFrom('text', 'wrapped', 'fragments')
const change: fc.Arbitrary<Change> = fc.record({ at: fc.nat(), value: junk, remove: fc.boolean() })
const payload = fc.uint8Array({ minLength: 1, maxLength: 125 })
const several = fc.array(draft, { minLength: 2, maxLength: 5 })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: stepOf('good', { how, prints: fc.array(draft, { minLength: 1, maxLength: 5 }) }),
  },
  { weight: 3, arbitrary: stepOf('senseless', { how, text: fc.constantFrom(...SENSELESS) }) },
  { weight: 2, arbitrary: stepOf('cut', { how, at: fc.nat() }) },
  { weight: 3, arbitrary: stepOf('broken-row', { how, prints: several }) },
  { weight: 6, arbitrary: stepOf('mutated', { how, print: draft, change }) },
  { weight: 3, arbitrary: stepOf('meaningless', { how, text: fc.constantFrom(...MEANINGLESS) }) },
  { weight: 2, arbitrary: stepOf('bytes', { bytes: fc.uint8Array({ maxLength: 300 }) }) },
  {
    weight: 1,
    arbitrary: stepOf('packed', {
      name: fc.constantFrom(...(Object.keys(BAD_PACKS) as (keyof typeof BAD_PACKS)[])),
    }),
  },
  { weight: 2, arbitrary: stepOf('ping', { payload }) },
  { weight: 1, arbitrary: stepOf('pong', { payload }) },
  { weight: 1, arbitrary: stepOf('pings', { count: fc.integer({ min: 2, max: 200 }) }) },
)

function stepOf(kind: Step['kind'], parts: Record<string, fc.Arbitrary<unknown>>) {
  return fc.record({ kind: fc.constant(kind), ...parts }) as unknown as fc.Arbitrary<Step>
}

/** A server frame with this first byte; `length` claims another length than it has. */
function rawFrame(first: number, body: Buffer, length = body.length): Buffer {
  const head = Buffer.alloc(10)
  head.writeUInt8(first, 0)
  head.writeUInt8(127, 1)
  head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, body])
}

/** What ends a socket, and that socket only. */
const FATAL = {
  'longer than 16 MB': rawFrame(0x81, Buffer.alloc(0), 17 * MB),
  'longer than 16 MB in parts': Buffer.concat([
    rawFrame(0x01, Buffer.alloc(9 * MB, ' ')),
    rawFrame(0x80, Buffer.alloc(9 * MB, ' ')),
  ]),
  'longer than can be told': rawFrame(0x82, Buffer.alloc(0), Number.MAX_SAFE_INTEGER),
  'an opcode that does not exist': rawFrame(0x83, Buffer.from('{}')),
  'reserved bits': rawFrame(0xf1, Buffer.from('{}')),
  'a continuation of nothing': rawFrame(0x80, Buffer.from('{}')),
  'a ping in parts': Buffer.from([0x09, 0x01, 0x78]),
  'a frame with a mask': Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x7a, 0x7f]),
} as const
type Fatal = keyof typeof FATAL

/** The one spelling in which a decimal leaves the feed. */
function canonical(text: string): string {
  const decimal = parseDecimal(text)
  if (decimal === undefined) throw new Error(`no decimal: ${text}`)
  return formatDecimal(decimal)
}

/** What the feed must have said by now. */
class Expectation {
  readonly trades: Got[] = []
  unreadable = 0
  /** The first frame that nobody could read, as text or as bytes. */
  first: string | null = null
  readonly #seen = new Set<string>()

  good({ n, ...print }: Print, id: string): void {
    this.add({ id, ...print, time: timeOf(n) })
  }

  add(trade: Got): void {
    if (this.#seen.has(trade.id)) return
    this.#seen.add(trade.id)
    this.trades.push({ ...trade, price: canonical(trade.price), qty: canonical(trade.qty) })
  }

  bad(frame: string): void {
    this.unreadable += 1
    this.first ??= frame
  }
}

/** One venue, what was sent to it and what should have come of that. */
class Trial {
  readonly server: HostileVenue
  readonly expected = new Expectation()
  #n = 0

  constructor(server: HostileVenue) {
    this.server = server
  }

  /** Sends a good frame and waits for it: all that was sent before is through then. */
  async through(): Promise<void> {
    this.send({ kind: 'good', how: 'wrapped', prints: [{ price: '1.50', qty: '2', side: 'sell' }] })
    const last = this.expected.trades.at(-1)?.id
    await this.server.until('the last good trade', () => this.server.trades.at(-1)?.id === last)
  }

  send(step: Step): void {
    const { server, expected } = this
    switch (step.kind) {
      case 'good':
        for (const { text, prints } of this.#frames(step.prints)) {
          for (const print of prints) expected.good(print, server.dialect.id(print.n))
          this.#text(text, step.how)
        }
        break
      case 'senseless':
        expected.bad(step.text)
        this.#text(step.text, step.how)
        break
      case 'cut':
        this.#cut(step.at, step.how)
        break
      case 'broken-row':
        this.#brokenRow(step.prints, step.how)
        break
      case 'mutated':
        this.#mutated(step.print, step.change, step.how)
        break
      case 'meaningless':
        this.#text(step.text, step.how)
        break
      case 'bytes':
        this.#bytes(Buffer.from(step.bytes))
        break
      case 'packed':
        this.#bytes(BAD_PACKS[step.name])
        break
      case 'ping':
        server.ping(Buffer.from(step.payload))
        break
      case 'pong':
        server.pong(Buffer.from(step.payload))
        break
      case 'pings':
        server.raw(Buffer.alloc(step.count * 2, PING))
        break
    }
  }

  #cut(at: number, way: How): void {
    const [frame] = this.#frames([{ price: '1', qty: '1', side: 'buy' }])
    const text = frame?.text.slice(0, at % frame.text.length) ?? ''
    this.expected.bad(text)
    this.#text(text, way)
  }

  /** In as few frames as this venue can. */
  #frames(drafts: readonly Draft[]): readonly { text: string; prints: readonly Print[] }[] {
    const { dialect, symbol } = this.server
    const prints = drafts.map((draft): Print => ({ ...draft, n: this.#n++ }))
    const groups = dialect.many ? [prints] : prints.map((print) => [print])
    return groups.map((group) => ({ text: dialect.frame(symbol, group), prints: group }))
  }

  /** The first print's price is no number; where a frame has one print, its neighbours are frames. */
  #brokenRow(drafts: readonly Draft[], way: How): void {
    const [bad, ...others] = drafts
    if (bad === undefined) return
    const marked = { ...bad, price: '777777777.7' }
    for (const { text, prints } of this.#frames([marked, ...others])) {
      const broken = text.replace(/"?777777777\.7"?/, '{"__proto__":[1e999]}')
      if (broken !== text) this.expected.bad(broken)
      for (const print of prints)
        if (print.price !== marked.price) this.expected.good(print, this.server.dialect.id(print.n))
      this.#text(broken, way)
    }
  }

  #mutated(print: Draft, { at, value, remove }: Change, way: How): void {
    const [frame] = this.#frames([print])
    const text = mutated(frame?.text ?? '', at, value, remove)
    const { trades, calls, error } = reading(this.server.venue, text)
    // What has become an answer or a farewell is no bad input.
    if (calls.some(([name]) => name !== 'trade')) return
    for (const { symbol, extra: _, ...trade } of trades)
      if (symbol === this.server.symbol) this.expected.add(trade)
    if (error !== undefined) this.expected.bad(text)
    this.#text(text, way)
  }

  #bytes(bytes: Buffer): void {
    const { venue } = this.server
    const text = bytes.toString('utf8')
    if (venue.stream.frames === 'gzip') this.expected.bad(bytes.subarray(0, 100).toString('hex'))
    else if (reading(venue, text).error !== undefined) this.expected.bad(text)
    this.server.binary(bytes)
  }

  #text(text: string, way: How): void {
    if (way === 'text') this.server.text(text)
    else if (way === 'wrapped') this.server.binary(this.server.wrapped(text))
    else this.server.fragments(this.server.wrapped(text), 3)
  }

  check(): void {
    const { server, expected } = this
    expect(server.trades, server.logged.slice(-8).join('\n')).toEqual(expected.trades)
    expect(server.status().unreadable).toBe(expected.unreadable)
    const example = server.status().unreadableExample
    expect(example?.frame).toBe(expected.first?.slice(0, 300))
    if (example !== undefined) expect(example.reason).toMatch(/^.{1,300}$/s)
    expect(server.status().state, server.logged.slice(-8).join('\n')).toBe('live')
  }
}

describe('hostile frames on a real socket', () => {
  const trials = new Map<string, Trial>()
  const trialOf = (id: string): Trial => {
    const trial = trials.get(id)
    if (trial === undefined) throw new Error(`no server for ${id}`)
    return trial
  }

  beforeAll(async () => {
    const servers = await Promise.all(venues.map((venue) => HostileVenue.start(venue)))
    for (const server of servers) trials.set(server.venue.id, new Trial(server))
  })
  afterAll(async () => {
    await Promise.all([...trials.values()].map(({ server }) => server.close()))
  })

  /** What must not change at venues that nothing is wrong with. */
  const others = (id: string) =>
    [...trials.values()]
      .filter(({ server }) => server.venue.id !== id)
      .map(({ server }) => {
        const { unreadable, reconnects, sockets, duplicates } = server.status()
        return { venue: server.venue.id, unreadable, reconnects, sockets, duplicates }
      })

  const neighbourOf = (id: string): Trial => {
    const at = venues.findIndex((venue) => venue.id === id)
    return trialOf(venues[(at + 1) % venues.length]?.id ?? '')
  }

  it.each(venues.map((venue) => [venue.id] as const))(
    '%s: bad frames are counted and the first is kept, every good trade arrives once and unchanged',
    async (id) => {
      const trial = trialOf(id)
      const before = others(id)
      const reconnects = trial.server.status().reconnects
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
          await trial.through()
          trial.server.pongs.length = 0
          const pings: string[] = []
          for (const one of steps) {
            trial.send(one)
            if (one.kind === 'ping') pings.push(Buffer.from(one.payload).toString('hex'))
          }
          await trial.through()
          await neighbourOf(id).through()
          trial.check()
          await trial.server.until('its pongs', () =>
            pings.every((ping) => trial.server.pongs.includes(ping)),
          )
        }),
        { seed: SEED, numRuns: RUNS, endOnFailure: true },
      )
      expect(trial.server.status().reconnects).toBe(reconnects)
      expect(others(id)).toEqual(before)
      neighbourOf(id).check()
      expect({}).not.toHaveProperty('polluted')
    },
  )

  it.each(venues.map((venue) => [venue.id] as const))(
    '%s: a frame that breaks the protocol is counted and costs its socket, no trade and no other venue',
    async (id) => {
      const trial = trialOf(id)
      const before = others(id)
      const reconnects = trial.server.status().reconnects
      let fatal = 0
      const names = fc.shuffledSubarray(Object.keys(FATAL) as Fatal[], {
        minLength: 3,
        maxLength: 4,
      })
      await fc.assert(
        fc.asyncProperty(
          names,
          fc.array(step, { minLength: 4, maxLength: 4 }),
          async (kinds, steps) => {
            for (const [at, kind] of kinds.entries()) {
              const other = steps[at]
              if (other !== undefined) trial.send(other)
              trial.send({
                kind: 'good',
                how: 'text',
                prints: [{ price: '3', qty: '0.10', side: 'buy' }],
              })
              trial.expected.bad('')
              fatal += 1
              await trial.server.fatal(FATAL[kind])
              await trial.through()
              await neighbourOf(id).through()
              trial.check()
            }
          },
        ),
        { seed: SEED, numRuns: FATAL_RUNS, endOnFailure: true },
      )
      expect(trial.server.status()).toMatchObject({ reconnects: reconnects + fatal, sockets: 1 })
      expect(others(id)).toEqual(before)
      neighbourOf(id).check()
    },
  )
})
