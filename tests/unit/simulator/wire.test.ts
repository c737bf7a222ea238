import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { random } from '../../../src/main/simulator/random.ts'
import { createWire } from '../../../src/main/simulator/wire.ts'

const TEXT = '{"ch":"trade","data":[{"price":"1.5"}]}'
const frame = { text: TEXT, listing: null, rows: [] }

describe('what frames are made of', () => {
  it('text, UTF-8 bytes, gzip', () => {
    expect(createWire('text').pack(TEXT)).toBe(TEXT)
    expect(createWire('binary').pack('ß')).toEqual(Buffer.from('ß', 'utf8'))
    const packed = createWire('gzip').pack(TEXT)
    expect(packed.slice(0, 3)).toEqual(Buffer.from([0x1f, 0x8b, 0x08]))
    expect(gunzipSync(packed).toString('utf8')).toBe(TEXT)
  })

  it('packs a frame for many sockets once', () => {
    const wire = createWire('gzip')
    expect(wire.frame(frame)).toBe(wire.frame(frame))
    expect(wire.frame({ ...frame })).not.toBe(wire.frame(frame))
  })

  it('a spoiled gzip frame is broken gzip or gzip of broken JSON', () => {
    const wire = createWire('gzip')
    const kinds = new Set<string>()
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const spoiled = wire.spoiled(TEXT, random(seed))
        let text: string
        try {
          text = gunzipSync(spoiled).toString('utf8')
        } catch {
          kinds.add('gzip')
          return
        }
        kinds.add('json')
        expect(() => JSON.parse(text)).toThrow()
      }),
    )
    expect(kinds).toEqual(new Set(['gzip', 'json']))
  })
})
