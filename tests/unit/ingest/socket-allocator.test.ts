import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SocketAllocator } from '../../../src/main/ingest/socket-allocator.ts'

describe('socket allocator', () => {
  it('gives every symbol one socket, never more than fit, and as few sockets as were ever needed', () => {
    const step = fc.record({ add: fc.boolean(), symbol: fc.nat(40).map(String) })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.array(step), (perSocket, steps) => {
        const allocator = new SocketAllocator(perSocket)
        const on = new Map<string, number>()
        let mostAtOnce = 0
        for (const { add, symbol } of steps) {
          if (add) {
            const socket = allocator.place(symbol)
            if (socket === undefined) throw new Error('no limit of sockets was set')
            if (on.has(symbol)) expect(socket).toBe(on.get(symbol))
            on.set(symbol, socket)
          } else {
            expect(allocator.remove(symbol)).toBe(on.get(symbol))
            on.delete(symbol)
          }
          mostAtOnce = Math.max(mostAtOnce, on.size)
          const counts = new Map<number, number>()
          for (const [name, socket] of on) {
            expect(allocator.socketOf(name)).toBe(socket)
            counts.set(socket, (counts.get(socket) ?? 0) + 1)
          }
          for (const count of counts.values()) expect(count).toBeLessThanOrEqual(perSocket)
          for (const socket of counts.keys())
            expect(socket).toBeLessThan(Math.ceil(mostAtOnce / perSocket))
        }
      }),
    )
  })

  it('says when every socket is full', () => {
    const allocator = new SocketAllocator(2, 2)
    expect(['a', 'b', 'c', 'd', 'e'].map((symbol) => allocator.place(symbol))).toEqual([
      0,
      0,
      1,
      1,
      undefined,
    ])
    allocator.remove('a')
    expect(allocator.place('e')).toBe(0)
  })

  it('uses one socket where the venue sets no limit', () => {
    const allocator = new SocketAllocator()
    for (let n = 0; n < 1_000; n += 1) expect(allocator.place(String(n))).toBe(0)
  })
})
