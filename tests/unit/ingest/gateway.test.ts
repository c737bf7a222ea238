import { describe, expect, it } from 'vitest'
import { Gateway } from '../../../src/main/ingest/gateway.ts'
import { FakeClock } from './fake-clock.ts'

function gatewayOf(urls = ['wss://a.test/ws', 'wss://b.test/ws', 'wss://c.test/ws'], limits = {}) {
  const clock = new FakeClock()
  const gateway = new Gateway({ urls, limits, clock, label: 'Venue' })
  const fail = (refusal?: { status: number; retryAfter: string | null }): void => {
    const url = gateway.take()
    gateway.release()
    gateway.failed(url, refusal)
  }
  return { clock, gateway, fail }
}

describe('gateway', () => {
  it('goes to the next host after two failures in a row, round and round', () => {
    const { gateway, fail } = gatewayOf()
    const hosts: (string | undefined)[] = []
    for (let n = 0; n < 7; n += 1) {
      hosts.push(gateway.host)
      fail()
    }
    expect(hosts).toEqual([undefined, undefined, 'b.test', 'b.test', 'c.test', 'c.test', undefined])
  })

  it('stays with a host that opens between failures', () => {
    const { gateway, fail } = gatewayOf()
    for (let n = 0; n < 5; n += 1) {
      fail()
      gateway.opened()
    }
    expect(gateway.host).toBeUndefined()
  })

  it('never opens more connections in any span than the venue allows', () => {
    const { gateway, clock } = gatewayOf(['wss://a.test'], {
      connects: { count: 3, perMs: 10_000 },
    })
    const opened: number[] = []
    for (let n = 0; n < 200; n += 1) {
      if (gateway.hold() === undefined) {
        gateway.take()
        gateway.release()
        opened.push(clock.monotonic())
      }
      clock.advance(170)
    }
    for (const from of opened)
      expect(opened.filter((at) => at >= from && at < from + 10_000).length).toBeLessThanOrEqual(3)
    expect(opened.length).toBeGreaterThan(6)
  })

  it('never holds more sockets at one time than the venue allows', () => {
    const { gateway } = gatewayOf(['wss://a.test'], { sockets: 2 })
    gateway.take()
    gateway.take()
    expect(gateway.hold()).toMatchObject({ firm: true })
    gateway.release()
    expect(gateway.hold()).toBeUndefined()
  })

  it.each([429, 418, 403, 451, 503])('respects Retry-After on HTTP %i', (status) => {
    const { gateway, clock, fail } = gatewayOf()
    fail({ status, retryAfter: '30' })
    gateway.retry()
    expect(gateway.hold()).toMatchObject({ ms: 30_000, firm: true })
    expect(gateway.hold()?.reason).toContain(`HTTP ${status}`)
    clock.advance(30_000)
    expect(gateway.hold()).toBeUndefined()
    expect(gateway.host).toBeUndefined()
  })

  it('tries the other hosts before it takes a 451 that says nothing more for final', () => {
    const { gateway, fail } = gatewayOf()
    for (let n = 0; n < 4; n += 1) {
      fail({ status: 451, retryAfter: null })
      expect(gateway.hold()).toBeUndefined()
    }
    fail({ status: 451, retryAfter: null })
    expect(gateway.hold()).toMatchObject({ firm: false })
    gateway.retry()
    expect(gateway.hold()).toBeUndefined()
  })
})
