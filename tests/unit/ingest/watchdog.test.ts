import { describe, expect, it } from 'vitest'
import { PaceBook } from '../../../src/main/ingest/pace.ts'
import { Watchdog } from '../../../src/main/ingest/watchdog.ts'

const timing = {
  probeMs: 5_000,
  quietMs: 15_000,
  noTradeMs: 60_000,
  noTradeCapMs: 200_000,
  noTradeFloorMs: 8_000,
}
const none = () => undefined
const start = (paces = new PaceBook(timing)) => new Watchdog(30_000, timing, paces, 0)

describe('watchdog', () => {
  it('probes after silence and calls the socket dead when the probe brings nothing', () => {
    const dog = start()
    expect(dog.look(29_999)).toBe('fine')
    expect(dog.look(30_000)).toBe('probe')
    expect(dog.look(34_999)).toBe('fine')
    expect(dog.look(35_000)).toBe('dead')
  })

  it('is satisfied by any traffic', () => {
    const dog = start()
    dog.look(30_000)
    dog.traffic(31_000)
    expect(dog.look(60_999)).toBe('fine')
    expect(dog.look(61_000)).toBe('probe')
  })

  it('takes a shorter deadline for a probe that is asked for', () => {
    const dog = start()
    dog.look(30_000)
    dog.probed(31_000, 2_000)
    expect(dog.look(32_999)).toBe('fine')
    expect(dog.look(33_000)).toBe('dead')
  })

  it('expects no trades before anything is subscribed', () => {
    const dog = start()
    dog.traffic(1_000_000)
    expect(dog.overdue(1_000_001)).toEqual([])
    expect(dog.activity(1_000_001)).toBe('live')
  })

  it('goes from live to quiet to stale to overdue', () => {
    const dog = start()
    dog.subscribed('A', 0)
    dog.traffic(60_000)
    expect([14_999, 15_000, 44_999, 45_000].map((now) => dog.activity(now))).toEqual([
      'live',
      'quiet',
      'quiet',
      'stale',
    ])
    expect(dog.overdue(59_999)).toEqual([])
    expect(dog.overdue(60_000)).toEqual(['A'])
    expect(dog.overdue(60_001)).toEqual([])
  })

  it('knows a busy market that falls silent within seconds, and names it alone', () => {
    const dog = start()
    dog.subscribed('BUSY', 0)
    dog.subscribed('SLOW', 0)
    let now = 0
    for (; now < 60_000; now += 500) dog.trade('BUSY', now, none)
    dog.trade('SLOW', now, none)
    for (let at = now; at < now + 7_000; at += 1_000) expect(dog.overdue(at)).toEqual([])
    expect(dog.isDoubtful('BUSY', now + 7_000)).toBe(true)
    expect(dog.isDoubtful('SLOW', now + 7_000)).toBe(false)
    expect(dog.overdue(now + 10_000)).toEqual(['BUSY'])
  })

  it('does not call a socket stale whose other markets trade', () => {
    const dog = start()
    dog.subscribed('A', 0)
    dog.subscribed('B', 0)
    for (let now = 0; now <= 50_000; now += 500) dog.trade('A', now, none)
    expect(dog.activity(50_000)).toBe('live')
    expect(dog.isDoubtful('B', 50_000)).toBe(true)
  })

  it('believes a venue that says that nothing was matched, until its newest match does not come', () => {
    const dog = start()
    dog.subscribed('A', 0)
    dog.trade('A', 1_000, () => 7)
    for (let now = 2_000; now < 600_000; now += 1_000) {
      dog.newest('A', 7, now)
      expect(dog.overdue(now)).toEqual([])
    }
    expect(dog.activity(600_000)).toBe('quiet')
    dog.newest('A', 8, 600_000)
    expect(dog.overdue(658_000)).toEqual([])
    expect(dog.activity(650_000)).toBe('stale')
    expect(dog.overdue(660_000)).toEqual(['A'])
  })

  it('grows patient with each replacement that brought no trade, up to a cap, over sockets', () => {
    const paces = new PaceBook(timing)
    const limits: number[] = []
    let now = 0
    for (let socket = 0; socket < 4; socket += 1) {
      const dog = start(paces)
      dog.subscribed('A', now)
      const { limitMs } = paces.of('A')
      limits.push(limitMs)
      expect(dog.overdue(now + limitMs - 1)).toEqual([])
      expect(dog.overdue(now + limitMs)).toEqual(['A'])
      now += limitMs
    }
    expect(limits).toEqual([60_000, 120_000, 200_000, 200_000])
  })
})
