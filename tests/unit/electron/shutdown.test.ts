import { beforeEach, expect, test } from 'vitest'
import { createShutdown } from '../../../src/main/electron/shutdown.ts'
import type { Logger } from '../../../src/main/ports.ts'

type Stopped = { readonly trades: number; readonly unwritten: number }

let events: string[]
let exits: number[]
let fire: () => void
let stopping: PromiseWithResolvers<Stopped>
let stops: number

const write = (event: string): void => void events.push(event)
const logger: Logger = { debug: write, info: write, warn: write, error: write }
const build = () =>
  createShutdown({
    stop: () => {
      stops += 1
      return stopping.promise
    },
    exit: (code) => exits.push(code),
    clock: {
      after: (_ms, run) => {
        fire = run
        return () => {
          fire = () => {}
        }
      },
    },
    logger,
    deadlineMs: 1_000,
  })
const settled = () => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => {
  events = []
  exits = []
  stops = 0
  fire = () => {}
  stopping = Promise.withResolvers()
})

test('stops the engine once and ends once, however often it is asked', async () => {
  const shutdown = build()
  shutdown(0, 'quit')
  shutdown(0, 'SIGTERM')
  expect(exits).toEqual([])
  stopping.resolve({ trades: 5, unwritten: 0 })
  await settled()
  fire()
  expect(stops).toBe(1)
  expect(exits).toEqual([0])
})

test('trades that could not be written are no success', async () => {
  build()(0, 'quit')
  stopping.resolve({ trades: 5, unwritten: 2 })
  await settled()
  expect(exits).toEqual([1])
})

test('an engine that does not stop is not waited for beyond the deadline', async () => {
  build()(0, 'quit')
  fire()
  expect(exits).toEqual([1])
  expect(events).toContain('stop-deadline')
  stopping.resolve({ trades: 0, unwritten: 0 })
  await settled()
  expect(exits).toEqual([1])
})

test('an engine that fails to stop ends the process with 1', async () => {
  build()(0, 'quit')
  stopping.reject(new Error('disk'))
  await settled()
  expect(exits).toEqual([1])
  expect(events).toContain('stop-failed')
})
