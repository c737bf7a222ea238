import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Dedup } from '../../../src/main/ingest/dedup.ts'

const uuid = (a: number, b: number): string => {
  const hex = a.toString(16).padStart(8, '0') + b.toString(16).padStart(24, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const fresh = (ids: readonly string[]): string[] => {
  const dedup = new Dedup()
  return ids.filter((id) => !dedup.seen(id))
}

describe('dedup', () => {
  it('lets each id through once, in any order, with any repetition', () => {
    const id = fc.oneof(
      fc.nat(500).map(String),
      fc.bigInt({ min: 2n ** 60n, max: 2n ** 60n + 500n }).map(String),
      fc.uuid(),
    )
    fc.assert(
      fc.property(fc.array(id, { maxLength: 1_000 }), (ids) => {
        expect(fresh(ids)).toEqual([...new Set(ids)])
      }),
    )
  })

  it('tells ids apart that are equal as doubles', () => {
    expect(fresh(['2290000000050703789', '2290000000050703790'])).toHaveLength(2)
  })

  it('lets a late trade through and its repetition not', () => {
    expect(fresh(['10', '12', '11', '11', '12'])).toEqual(['10', '12', '11'])
  })

  it.each([
    ['numbers', (n: number) => String(n)],
    ['numbers that fall', (n: number) => String(1_000_000 - n)],
    ['long numbers', (n: number) => String(2n ** 60n + BigInt(n))],
    ['long numbers that fall', (n: number) => String(2n ** 60n - BigInt(n))],
    ['UUIDs', (n: number) => uuid(Math.imul(n, 0x9e3779b1) >>> 0, n)],
    ['words', (n: number) => `${(n * 7_919) % 1_000_003}-x`],
    ['words beyond ASCII', (n: number) => `ü${n}`],
    ['very long words', (n: number) => `${'w'.repeat(60)}${n}`],
  ])('knows the last 2,048 ids at least, of any kind: %s', (_kind, make) => {
    const ids = Array.from({ length: 10_000 }, (_, n) => make(n))
    const dedup = new Dedup()
    for (const id of ids) expect(dedup.seen(id)).toBe(false)
    for (const id of ids.slice(-2_048)) {
      expect(dedup.has(id)).toBe(true)
      expect(dedup.seen(id)).toBe(true)
    }
    expect(dedup.has(make(20_000))).toBe(false)
  })

  it('goes on when a venue starts its ids anew', () => {
    const dedup = new Dedup()
    for (let n = 1_000_000; n < 1_010_000; n += 1) dedup.seen(String(n))
    expect(dedup.seen('1')).toBe(false)
    expect(dedup.seen('2')).toBe(false)
    expect(dedup.seen('1')).toBe(true)
  })

  it('costs the same per id however many have gone by', () => {
    const dedup = new Dedup()
    const round = (from: number): number => {
      const began = performance.now()
      for (let n = from; n < from + 50_000; n += 1) dedup.seen(String(n))
      return performance.now() - began
    }
    round(0)
    const early = round(50_000)
    for (let n = 2; n < 10; n += 1) round(n * 50_000)
    expect(round(500_000)).toBeLessThan(early * 10 + 50)
  })
})
