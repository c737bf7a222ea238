import { describe, expect, it } from 'vitest'
import {
  type Interfaces,
  networkSignature,
  watchNetwork,
} from '../../../src/main/ingest/network-watch.ts'
import { SleepDetector } from '../../../src/main/ingest/sleep-detector.ts'
import { FakeClock } from './fake-clock.ts'

describe('sleep detector', () => {
  const ticked = () => {
    const detector = new SleepDetector(1_000)
    detector.tick(100_000, 5_000)
    return detector
  }

  it('knows a tick that comes late (a monotonic clock that runs during sleep)', () => {
    expect(ticked().tick(107_001, 12_001)).toBe(6_001)
  })

  it('knows a wall clock that ran ahead (a monotonic clock that stops during sleep)', () => {
    expect(ticked().tick(161_000, 6_000)).toBe(60_000)
  })

  it('takes a busy machine, a slow clock and a clock that was set back for what they are', () => {
    expect(ticked().tick(106_000, 11_000)).toBe(0)
    expect(ticked().tick(101_500, 6_000)).toBe(0)
    expect(ticked().tick(40_000, 6_000)).toBe(0)
  })

  it('says so once', () => {
    const detector = ticked()
    detector.tick(161_000, 6_000)
    expect(detector.tick(162_000, 7_000)).toBe(0)
  })
})

describe('network watch', () => {
  const at = (address: string, internal = false) => [{ address, internal }]

  it('reads the same ways out the same, whatever their order, and leaves loopback out', () => {
    const a = networkSignature({
      lo: at('127.0.0.1', true),
      eth0: at('10.0.0.2'),
      wlan0: at('::1'),
    })
    const b = networkSignature({ wlan0: at('::1'), eth0: at('10.0.0.2') })
    expect(a).toBe(b)
    expect(networkSignature({ eth0: at('10.0.0.3'), wlan0: at('::1') })).not.toBe(a)
  })

  it('looks every two seconds and tells each change once', () => {
    const clock = new FakeClock()
    let now: Interfaces = { eth0: at('10.0.0.2') }
    const seen: string[] = []
    const stop = watchNetwork({ clock, interfaces: () => now, changed: (way) => seen.push(way) })
    clock.advance(10_000)
    now = {}
    clock.advance(2_000)
    now = { wlan0: at('192.168.0.7') }
    clock.advance(10_000)
    expect(seen).toEqual(['', 'wlan0 192.168.0.7'])
    stop()
    expect(clock.pending).toBe(0)
  })
})
