import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { websocketPort } from '../../../src/main/http/websocket-port.ts'
import { manualClock } from '../services/fakes.ts'

/** A socket whose buffer and peer a test holds in its hands. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  isPaused = false
  readonly did: string[] = []
  readonly sent: (() => void)[] = []
  send(_text: string, done: () => void) {
    this.sent.push(done)
  }
  pause() {
    this.isPaused = true
  }
  resume() {
    this.isPaused = false
  }
  ping() {
    this.did.push('ping')
  }
  terminate() {
    this.did.push('terminate')
  }
  close(code: number) {
    this.did.push(`close ${code}`)
    this.readyState = 2
  }
}

function setUp() {
  const socket = new FakeSocket()
  const { clock, advance } = manualClock()
  const port = websocketPort(socket as unknown as WebSocket, clock)
  return { socket, port, advance, text: (text: string) => socket.emit('message', text, false) }
}

describe('websocket port', () => {
  it('keeps what comes before anybody listens, in order', () => {
    const { port, text } = setUp()
    text('1')
    text('{"a":2}')
    const got: unknown[] = []
    port.onMessage((message) => got.push(message))
    text('3')
    expect(got).toEqual([1, { a: 2 }, 3])
  })

  it('closes on what is no JSON, on binary frames and on a flood', () => {
    const bad = setUp()
    bad.text('{')
    bad.text('1')
    expect(bad.socket.did).toEqual(['close 1007'])
    const binary = setUp()
    binary.socket.emit('message', Buffer.from('1'), true)
    expect(binary.socket.did).toEqual(['close 1003'])
    const flood = setUp()
    let heard = 0
    flood.port.onMessage(() => {
      heard += 1
    })
    for (let at = 0; at < 5_000; at += 1) flood.text('1')
    expect(heard).toBe(2_000)
    expect(flood.socket.did).toEqual(['close 1008'])
  })

  it('reads nothing more from a client that takes nothing in, until it does', () => {
    const { port, socket } = setUp()
    socket.bufferedAmount = 900_000
    port.send('x')
    expect(socket.isPaused).toBe(false)
    socket.bufferedAmount = 2_000_000
    port.send('x')
    expect(socket.isPaused).toBe(true)
    socket.sent[0]?.()
    expect(socket.isPaused).toBe(true)
    socket.bufferedAmount = 1_000
    socket.sent[1]?.()
    expect(socket.isPaused).toBe(false)
  })

  it('gives up a client with too much unsent', () => {
    const { port, socket } = setUp()
    socket.bufferedAmount = 33 * 1_024 * 1_024
    port.send('x')
    expect(socket.did).toEqual(['terminate'])
    expect(socket.sent).toHaveLength(0)
  })

  it('pings every 20 s and ends a socket that does not answer', () => {
    const { socket, advance } = setUp()
    advance(19_999)
    expect(socket.did).toEqual([])
    advance(1)
    socket.emit('pong')
    advance(20_000)
    expect(socket.did).toEqual(['ping', 'ping'])
    advance(20_000)
    expect(socket.did).toEqual(['ping', 'ping', 'terminate'])
  })

  it('lets a paused client live as long as it takes bytes in', () => {
    const { port, socket, advance } = setUp()
    socket.bufferedAmount = 10_000_000
    port.send('x')
    advance(20_000)
    socket.bufferedAmount = 9_000_000
    advance(20_000)
    expect(socket.did).toEqual(['ping', 'ping'])
    advance(20_000)
    expect(socket.did).toEqual(['ping', 'ping', 'terminate'])
  })

  it('tells of the close once, also to a late listener, and stops pinging', () => {
    const { port, socket, advance } = setUp()
    socket.readyState = 3
    socket.emit('close')
    let closes = 0
    port.onClose(() => {
      closes += 1
    })
    advance(60_000)
    port.send('nobody')
    expect(closes).toBe(1)
    expect(socket.did).toEqual([])
    expect(socket.sent).toHaveLength(0)
  })
})
