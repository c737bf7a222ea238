import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fail, type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import { createClient } from '../../../src/shared/rpc/client.ts'
import { type Port, portPair } from '../../../src/shared/rpc/port.ts'
import { type RpcHandlers, serve, type TopicSource } from '../../../src/shared/rpc/server.ts'

/** A timer that runs only when told to. */
function manualTimer() {
  let now = 0
  let jobs: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after: (ms: number, run: () => void) => {
      const job = { at: now + ms, run }
      jobs.push(job)
      return () => {
        jobs = jobs.filter((other) => other !== job)
      }
    },
    advance: (ms: number) => {
      now += ms
      const due = jobs.filter((job) => job.at <= now)
      jobs = jobs.filter((job) => job.at > now)
      for (const job of due) job.run()
    },
    waiting: () => jobs.length,
  }
}

/** A topic of numbers whose merge adds them up, so that a lost value would show in the sum. */
function sumTopic(minIntervalMs: number) {
  let push: ((value: number) => void) | undefined
  const source: TopicSource<number> = {
    minIntervalMs,
    snapshot: () => 0,
    merge: (a, b) => a + b,
    listen: (listener) => {
      push = listener
      return () => {
        push = undefined
      }
    },
  }
  return {
    source: source as TopicSource,
    emit: (value: number) => push?.(value),
    on: () => push !== undefined,
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

function connect(handlers: Partial<RpcHandlers>, timer = manualTimer()) {
  const [client, server] = portPair()
  const bugs: unknown[] = []
  serve(
    server,
    {
      call: async () => fail('not-found', 'no such command'),
      topic: () => fail('not-found', 'no such topic'),
      onBug: (error) => {
        bugs.push(error)
        return 'bug-1'
      },
      ...handlers,
    },
    timer,
  )
  return { api: createClient(client), client, server, timer, bugs }
}

describe('calls', () => {
  it('answer with the outcome, success or failure', async () => {
    const { api } = connect({
      call: async (name, input) => (name === 'settings.get' ? ok(input) : fail('busy', 'later')),
    })
    expect(await api.call('settings.get', {})).toEqual(ok({}))
    expect(await api.call('venues.retry', { venue: 'x' as never })).toEqual(fail('busy', 'later'))
  })

  it('turn a bug into `internal` with its log id, and tell nothing of it to the client', async () => {
    const { api, bugs } = connect({
      call: () => Promise.reject(new Error('secret path /home/x')),
    })
    const outcome = await api.call('app.info', {})
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'internal' } })
    expect(JSON.stringify(outcome)).not.toContain('secret')
    expect(JSON.stringify(outcome)).toContain('bug-1')
    expect(bugs).toHaveLength(1)
  })

  it('are cancelled on both sides', async () => {
    let aborted = false
    const { api } = connect({
      call: (_name, _input, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true
            resolve(ok('too late'))
          })
        }),
    })
    const controller = new AbortController()
    const outcome = api.call('app.info', {}, controller.signal)
    await settle()
    controller.abort()
    expect(await outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    await settle()
    expect(aborted).toBe(true)
  })

  it('answer `unavailable` when the port closes, then and later', async () => {
    const { api, server } = connect({ call: () => new Promise<Outcome<unknown>>(() => {}) })
    const open = api.call('app.info', {})
    await settle()
    server.close()
    expect(await open).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    expect(await api.call('app.info', {})).toMatchObject({ failure: { code: 'unavailable' } })
  })
})

describe('subscriptions', () => {
  it('begin with the snapshot and pass each change on', async () => {
    const topic = sumTopic(0)
    const { api } = connect({ topic: () => ok(topic.source) })
    const seen: unknown[] = []
    api.subscribe('engine.status', {}, (value) => {
      seen.push(value)
    })
    await settle()
    topic.emit(5)
    await settle()
    topic.emit(7)
    await settle()
    expect(seen).toEqual([0, 5, 7])
  })

  it('hold one frame in flight and merge the rest while the client is slow', async () => {
    const topic = sumTopic(0)
    const { api } = connect({ topic: () => ok(topic.source) })
    const seen: unknown[] = []
    let release: (() => void) | undefined
    api.subscribe('engine.status', {}, (value) => {
      seen.push(value)
      return new Promise<void>((resolve) => {
        release = resolve
      })
    })
    await settle()
    for (let n = 0; n < 1_000; n += 1) topic.emit(1)
    await settle()
    expect(seen).toEqual([0])
    release?.()
    await settle()
    expect(seen).toEqual([0, 1_000])
  })

  it('send no two frames closer together than the topic allows', async () => {
    const topic = sumTopic(100)
    const { api, timer } = connect({ topic: () => ok(topic.source) })
    const seen: unknown[] = []
    api.subscribe('engine.status', {}, (value) => {
      seen.push(value)
    })
    await settle()
    topic.emit(1)
    topic.emit(2)
    await settle()
    expect(seen).toEqual([0])
    timer.advance(99)
    await settle()
    expect(seen).toEqual([0])
    timer.advance(1)
    await settle()
    expect(seen).toEqual([0, 3])
  })

  it('lose nothing under any order of emits, acknowledgements and time', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('emit' as const), value: fc.nat(100) }),
      fc.record({ kind: fc.constant('ack' as const), value: fc.constant(0) }),
      fc.record({ kind: fc.constant('time' as const), value: fc.nat(150) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const topic = sumTopic(100)
        const { api, timer } = connect({ topic: () => ok(topic.source) })
        const acks: (() => void)[] = []
        let [sent, seen, inFlight, most] = [0, 0, 0, 0]
        api.subscribe('engine.status', {}, (value) => {
          seen += value as unknown as number
          inFlight += 1
          most = Math.max(most, inFlight)
          return new Promise<void>((resolve) => {
            acks.push(() => {
              inFlight -= 1
              resolve()
            })
          })
        })
        await settle()
        for (const { kind, value } of steps) {
          if (kind === 'emit') {
            sent += value
            topic.emit(value)
          } else if (kind === 'ack') acks.shift()?.()
          else timer.advance(value)
          await settle()
        }
        for (let n = 0; n < 4; n += 1) {
          acks.shift()?.()
          await settle()
          timer.advance(100)
          await settle()
        }
        expect(seen).toBe(sent)
        expect(most).toBe(1)
      }),
      { numRuns: 40 },
    )
  })

  it('stop at unsubscribe and at close, and leave no timer behind', async () => {
    const topic = sumTopic(100)
    const { api, timer, client } = connect({ topic: () => ok(topic.source) })
    const off = api.subscribe('engine.status', {}, () => {})
    await settle()
    topic.emit(1)
    await settle()
    off()
    await settle()
    expect(topic.on()).toBe(false)
    expect(timer.waiting()).toBe(0)
    api.subscribe('engine.status', {}, () => {})
    await settle()
    client.close()
    await settle()
    expect(topic.on()).toBe(false)
  })

  it('end with the reason when refused, and when the port closes', async () => {
    const { api, server } = connect({})
    const ends: string[] = []
    api.subscribe(
      'engine.status',
      {},
      () => {},
      ({ code }) => ends.push(code),
    )
    await settle()
    expect(ends).toEqual(['not-found'])
    const topic = sumTopic(0)
    const second = connect({ topic: () => ok(topic.source) })
    second.api.subscribe(
      'engine.status',
      {},
      () => {},
      ({ code }) => ends.push(code),
    )
    await settle()
    second.server.close()
    server.close()
    await settle()
    expect(ends).toEqual(['not-found', 'unavailable'])
  })
})

describe('strange messages', () => {
  it('are let pass without an answer or a throw', async () => {
    const sent: unknown[] = []
    let receive: ((message: unknown) => void) | undefined
    const port: Port = {
      send: (message) => sent.push(message),
      onMessage: (listener) => {
        receive = listener
      },
      onClose: () => {},
      close: () => {},
    }
    serve(
      port,
      {
        call: async () => ok(null),
        topic: () => fail('not-found', ''),
        onBug: () => 'x',
      },
      manualTimer(),
    )
    fc.assert(
      fc.property(fc.anything(), (message) => {
        receive?.(message)
      }),
    )
    for (const message of [
      { t: 'ack', id: 9 },
      { t: 'call', id: 'x', name: 'a' },
      { t: 'sub', id: 1 },
      [],
    ])
      receive?.(message)
    await settle()
    expect(sent).toEqual([])
  })
})
