import { beforeEach, describe, expect, test } from 'vitest'
import { type PageEnd, PortTable } from '../../../src/main/electron/port-table.ts'
import { IPC_CLOSED, IPC_MESSAGE } from '../../../src/shared/contract/channels.ts'
import type { Port } from '../../../src/shared/rpc/port.ts'

let attached: Port[]
let sent: unknown[][]
let table: PortTable
const page = (window: number): PageEnd => ({
  window,
  send: (...values) => void sent.push([window, ...values]),
})
const last = (): Port => {
  const port = attached.at(-1)
  if (port === undefined) throw new Error('no port')
  return port
}

beforeEach(() => {
  attached = []
  sent = []
  table = new PortTable((port) => attached.push(port))
})

describe('ports of pages', () => {
  test('messages go both ways under the id of the page load', () => {
    table.opened(page(1), 'a')
    const heard: unknown[] = []
    last().onMessage((message) => heard.push(message))
    expect(table.message(1, 'a', { n: 1 })).toBe(true)
    last().send({ n: 2 })
    expect(heard).toEqual([{ n: 1 }])
    expect(sent).toEqual([[1, IPC_MESSAGE, 'a', { n: 2 }]])
  })

  test('a reload closes the old port and opens a new one', () => {
    table.opened(page(1), 'a')
    const old = last()
    let closed = 0
    old.onClose(() => {
      closed += 1
    })
    table.opened(page(1), 'b')
    expect(closed).toBe(1)
    expect(attached).toHaveLength(2)
    expect(table.size).toBe(1)
    old.send('late')
    expect(sent).toEqual([[1, IPC_CLOSED, 'a']])
    expect(table.message(1, 'a', 'late')).toBe(false)
    expect(table.message(1, 'b', 'now')).toBe(true)
  })

  test('two windows have a port each', () => {
    table.opened(page(1), 'a')
    table.opened(page(2), 'a')
    expect(table.size).toBe(2)
    table.gone(1)
    expect(table.size).toBe(1)
    expect(table.message(1, 'a', 0)).toBe(false)
    expect(table.message(2, 'a', 0)).toBe(true)
  })

  test('what comes before the engine listens is kept in order', () => {
    table.opened(page(1), 'a')
    table.message(1, 'a', 1)
    table.message(1, 'a', 2)
    const heard: unknown[] = []
    last().onMessage((message) => heard.push(message))
    table.message(1, 'a', 3)
    expect(heard).toEqual([1, 2, 3])
  })

  test('a page that talks without end to nobody is cut off, not kept', () => {
    table.opened(page(1), 'a')
    for (let n = 0; n < 1_001; n += 1) table.message(1, 'a', n)
    expect(table.size).toBe(0)
    expect(sent).toEqual([[1, IPC_CLOSED, 'a']])
  })

  test('closing happens once, from either side, and is told to a late listener', async () => {
    table.opened(page(1), 'a')
    const port = last()
    table.closed(1, 'other')
    expect(table.size).toBe(1)
    table.closed(1, 'a')
    port.close()
    expect(sent).toEqual([[1, IPC_CLOSED, 'a']])
    let told = 0
    port.onClose(() => {
      told += 1
    })
    await Promise.resolve()
    expect(told).toBe(1)
  })
})
