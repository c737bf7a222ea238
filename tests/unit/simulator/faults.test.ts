import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FaultPlan } from '../../../src/main/simulator/fault-plan.ts'
import { type Fault, parseFault } from '../../../src/main/simulator/faults.ts'
import { random } from '../../../src/main/simulator/random.ts'
import { spoiledText } from '../../../src/main/simulator/wire.ts'
import { manualClock } from './manual-clock.ts'

function read(spec: string): Fault {
  const fault = parseFault(spec)
  if (!fault.ok) throw new Error(fault.failure.message)
  return fault.value
}

describe('fault specs', () => {
  it.each([
    [
      'cut:every=20s',
      { kind: 'cut', trigger: { when: 'time', ms: 20_000, again: true }, code: null },
    ],
    ['cut:at=5s,for=10s,code=1001', { forMs: 10_000, code: 1_001 }],
    [
      'bad-frame:at=10',
      { kind: 'bad-frame', trigger: { when: 'frame', number: 10, again: false } },
    ],
    ['duplicate:p=0.05', { trigger: { when: 'chance', probability: 0.05 } }],
    ['skew:ms=-750', { kind: 'skew', ms: -750, trigger: { when: 'always' } }],
    ['delay:by=200ms', { ms: 200, trigger: { when: 'always' } }],
    ['drop:every=100,n=5,venue=okx', { count: 5, venue: 'okx' }],
    [
      'stall:at=1.5m,for=2h',
      { trigger: { when: 'time', ms: 90_000, again: false }, forMs: 7_200_000 },
    ],
    ['reorder:p=1', { kind: 'reorder' }],
    ['shutdown:at=60s', { kind: 'shutdown' }],
    ['refuse:at=5s,for=3s,status=429,rest=1', { status: 429, rest: true, forMs: 3_000 }],
    ['refuse:p=0.5', { status: 503, rest: false }],
    ['silent:at=1s,for=2s', { kind: 'silent', forMs: 2_000 }],
    ['oversized:at=3', { kind: 'oversized' }],
    ['clock-step:every=10s,ms=-700', { kind: 'clock-step', ms: -700 }],
    ['lag:up=40ms,down=10ms,jitter=5ms', { upMs: 40, downMs: 10, jitterMs: 5 }],
    ['slow-rest:by=2s,p=0.1', { ms: 2_000 }],
    ['rest-down:at=5s,for=10s', { kind: 'rest-down', forMs: 10_000 }],
  ])('reads %s', (spec, expected) => {
    expect(read(spec)).toMatchObject(expected)
  })

  it.each([
    ['explode:p=1', 'not one of'],
    ['', 'not one of'],
    ['cut', 'needs p=…, at=… or every=…'],
    ['cut:every=20', ''],
    ['drop:p=0', 'probability'],
    ['drop:p=1.5', 'probability'],
    ['drop:p=x', 'probability'],
    ['drop:p=0.1,at=5', 'one of p, at and every'],
    ['cut:every=soon', 'neither a number of frames'],
    ['cut:every=-5s', 'neither'],
    ['skew:ms=fast', 'whole milliseconds'],
    ['skew', 'needs ms'],
    ['skew:at=5', 'takes venue, ms'],
    ['delay:p=0.1', 'needs by'],
    ['delay:by=never', 'not a time'],
    ['cut:at=1s,code=1006', 'close code'],
    ['drop:p=0.1,venue=mtgox', 'not one of binance'],
    ['drop:p=0.1,p=0.2', 'given twice'],
    ['drop:p', 'has no value'],
    ['drop:q=1', 'takes'],
    ['refuse:status=200', 'HTTP status of refusal'],
    ['refuse:rest=yes', 'neither 0 nor 1'],
    ['silent:p=0.1', 'strikes at a time'],
    ['clock-step:ms=5', 'needs p=…, at=… or every=…'],
    ['clock-step:at=5,ms=5', 'strikes at a time'],
    ['clock-step:at=5s', 'needs ms'],
    ['slow-rest:p=0.1', 'slow-rest needs by'],
    ['lag', 'needs up'],
    ['lag:up=soon', 'not a time'],
  ])('refuses %s', (spec, why) => {
    const fault = parseFault(spec)
    if (why === '') expect(fault.ok).toBe(true)
    else
      expect(fault).toMatchObject({
        ok: false,
        failure: { code: 'invalid', message: expect.stringContaining(why) },
      })
  })

  it('never throws, and an error names the spec', () => {
    fc.assert(
      fc.property(fc.string(), (spec) => {
        const fault = parseFault(spec)
        if (!fault.ok) expect(fault.failure.message).toContain(spec)
      }),
    )
  })
})

function plan(specs: readonly string[], seed = '1') {
  const clock = manualClock()
  const struck: string[] = []
  const faults = new FaultPlan(seed, clock, (fault) => struck.push(fault.kind))
  for (const spec of specs) faults.add(read(spec))
  return { clock, faults, struck }
}

describe('fault plan', () => {
  it('the same seed gives the same verdicts, another seed others', () => {
    const verdicts = (seed: string) => {
      const { faults } = plan(['drop:p=0.3', 'duplicate:p=0.3', 'reorder:p=0.3'], seed)
      return Array.from({ length: 200 }, () => faults.judge())
    }
    expect(verdicts('a')).toEqual(verdicts('a'))
    expect(verdicts('a')).not.toEqual(verdicts('b'))
  })

  it('strikes by number of frames, once or again', () => {
    const { faults } = plan(['bad-frame:at=3', 'duplicate:every=4', 'drop:at=6,n=2'])
    const verdicts = Array.from({ length: 9 }, () => faults.judge())
    const numbers = (key: 'badFrame' | 'duplicate' | 'drop') =>
      verdicts.flatMap((verdict, index) => (verdict[key] ? [index + 1] : []))
    expect(numbers('badFrame')).toEqual([3])
    expect(numbers('duplicate')).toEqual([4, 8])
    expect(numbers('drop')).toEqual([6, 7])
  })

  it('strikes by time: the next frame after it', () => {
    const { faults, clock } = plan(['drop:every=10s'])
    expect(faults.judge().drop).toBe(false)
    clock.advance(10_000)
    expect([faults.judge().drop, faults.judge().drop]).toEqual([true, false])
    clock.advance(25_000)
    expect([faults.judge().drop, faults.judge().drop]).toEqual([true, false])
  })

  it('cuts, stalls and shutdowns come by timer, without any frame', () => {
    const { clock, struck } = plan(['cut:every=20s', 'stall:at=30s,for=5s'])
    clock.advance(61_000)
    expect(struck).toEqual(['cut', 'stall', 'cut', 'cut'])
  })

  it('a spoiled frame is never a readable trade', () => {
    const frame =
      '{"e":"trade","E":1,"s":"BTCUSDT","t":12345,"p":"0.001","q":"100","T":1,"m":true,"M":true}'
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(() => JSON.parse(spoiledText(frame, random(seed)))).toThrow()
      }),
    )
  })
})
