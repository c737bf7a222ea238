import { describe, expect, it } from 'vitest'
import { findBridge } from '../../../../src/renderer/connection/electron-port.ts'
import {
  engineAddress,
  type Socket,
  websocketPort,
} from '../../../../src/renderer/connection/websocket-port.ts'

class FakeSocket implements Socket {
  readyState = 0
  readonly sent: string[] = []
  readonly #listeners: { type: string; listener: (event: { data: unknown }) => void }[] = []
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.readyState = 3
    this.emit('close')
  }
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
    this.#listeners.push({ type, listener })
  }
  emit(type: string, data: unknown = null): void {
    for (const each of this.#listeners) if (each.type === type) each.listener({ data })
  }
}

describe('websocket port', () => {
  it('keeps the order of what was sent before it was open', () => {
    const socket = new FakeSocket()
    const port = websocketPort(socket)
    port.send({ n: 1 })
    port.send({ n: 2 })
    expect(socket.sent).toEqual([])
    socket.readyState = 1
    socket.emit('open')
    port.send({ n: 3 })
    expect(socket.sent).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
  })

  it('hands over messages and closes on one that is no JSON', () => {
    const socket = new FakeSocket()
    const port = websocketPort(socket)
    const seen: unknown[] = []
    let closed = 0
    port.onMessage((message) => seen.push(message))
    port.onClose(() => {
      closed += 1
    })
    socket.emit('message', '{"t":"result"}')
    socket.emit('message', '<html>')
    expect(seen).toEqual([{ t: 'result' }])
    expect(closed).toBe(1)
  })

  it('drops what is sent after the end', () => {
    const socket = new FakeSocket()
    const port = websocketPort(socket)
    port.close()
    port.send('late')
    expect(socket.sent).toEqual([])
  })

  it('speaks to the host of the page, encrypted when the page is', () => {
    expect(engineAddress({ protocol: 'http:', host: '127.0.0.1:4400' })).toBe(
      'ws://127.0.0.1:4400/ws',
    )
    expect(engineAddress({ protocol: 'https:', host: 'tape.home' })).toBe('wss://tape.home/ws')
  })
})

it('finds the bridge of the preload and nothing else', () => {
  const bridge = { connect: () => websocketPort(new FakeSocket()) }
  expect(findBridge({ tapedeck: bridge })).toBe(bridge)
  expect(findBridge({})).toBeUndefined()
  expect(findBridge({ tapedeck: 'x' })).toBeUndefined()
})
