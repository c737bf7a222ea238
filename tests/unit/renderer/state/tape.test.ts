import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TAPE_LENGTH, Tape } from '../../../../src/renderer/state/tape.ts'
import { BTC, trade } from '../trades.ts'

const ids = (tape: Tape): string[] =>
  tape.newestFirst().map((entry) => (entry.kind === 'print' ? entry.id : `+${entry.count}`))

describe('tape', () => {
  it('makes one line of frames without rows that follow each other', () => {
    const tape = new Tape(BTC)
    tape.add([trade(1)], 0)
    tape.add([], 40)
    tape.add([], 2)
    tape.add([trade(2)], 1)
    expect(tape.newestFirst()).toMatchObject([
      { kind: 'print', id: '2' },
      { kind: 'skipped', count: 43 },
      { kind: 'print', id: '1' },
    ])
  })

  it('shows each trade once, newest first, and what was skipped in its place', () => {
    const tape = new Tape(BTC)
    tape.add([trade(1), trade(2)], 0)
    tape.add([trade(2), trade(9)], 6)
    expect(ids(tape)).toEqual(['9', '+6', '2', '1'])
  })

  it('puts stored trades below live ones that came first', () => {
    const tape = new Tape(BTC)
    tape.add([trade(5), trade(6)], 0)
    tape.seed([trade(3), trade(4), trade(5)])
    expect(ids(tape)).toEqual(['6', '5', '4', '3'])
  })

  it('forgets the ids of what left, so that memory stays bounded', () => {
    const tape = new Tape(BTC)
    for (let i = 0; i < TAPE_LENGTH + 10; i += 1) tape.add([trade(i)], 0)
    expect(tape.size).toBe(TAPE_LENGTH)
    tape.add([trade(3)], 0)
    expect(ids(tape)[0]).toBe('3')
  })

  it('never shows a trade twice and keeps serials without holes', () => {
    const frame = fc.record({
      ids: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 8 }),
      skipped: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.integer({ min: 0, max: 50 })), (frames, stored) => {
        const tape = new Tape(BTC)
        for (const { ids: each, skipped } of frames)
          tape.add(
            each.map((id) => trade(id)),
            skipped,
          )
        tape.seed([...new Set(stored)].map((id) => trade(id)))
        const shown = ids(tape).filter((id) => !id.startsWith('+'))
        expect(new Set(shown).size).toBe(shown.length)
        const serials = tape.newestFirst().map(({ serial }) => serial)
        expect(serials).toEqual(serials.map((_, i) => (serials[0] ?? 0) - i))
      }),
    )
  })

  it('keeps the decimals of the venue', () => {
    const tape = new Tape(BTC)
    tape.add([trade(1, { price: '0.000012340', qty: '1e3' })], 0)
    expect(tape.newestFirst()[0]).toMatchObject({ price: '0.000012340', notional: 0.01234 })
  })
})
