import { describe, expect, it } from 'vitest'
import { TradePatience, Watchdog } from '../../../src/main/ingest/watchdog.ts'

const timing = { probeMs: 5_000, quietMs: 15_000, noTradeMs: 60_000, noTradeCapMs: 200_000 }
const start = (patience = new TradePatience(timing)) => new Watchdog(30_000, timing, patience, 0)

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

  it('expects no trades before anything is subscribed', () => {
    const dog = start()
    dog.traffic(1_000_000)
    expect(dog.look(1_000_001)).toBe('fine')
    expect(dog.activity(1_000_001)).toBe('live')
  })

  it('goes from live to quiet to stale to tradeless', () => {
    const dog = start()
    dog.subscribed(0)
    dog.traffic(60_000)
    expect([14_999, 15_000, 44_999, 45_000].map((now) => dog.activity(now))).toEqual([
      'live',
      'quiet',
      'quiet',
      'stale',
    ])
    expect(dog.look(59_999)).toBe('fine')
    expect(dog.look(60_000)).toBe('tradeless')
  })

  it('grows patient with each replacement that brought no trade, up to a cap, over sockets', () => {
    const patience = new TradePatience(timing)
    const limits: number[] = []
    for (let socket = 0; socket < 4; socket += 1) {
      const dog = start(patience)
      dog.subscribed(0)
      const { limitMs } = patience
      limits.push(limitMs)
      dog.traffic(limitMs)
      expect(dog.look(limitMs - 1)).toBe('fine')
      expect(dog.look(limitMs)).toBe('tradeless')
    }
    expect(limits).toEqual([60_000, 120_000, 200_000, 200_000])
    start(patience).trade(1)
    expect(patience.limitMs).toBe(60_000)
  })
})
