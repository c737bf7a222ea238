import { describe, expect, it } from 'vitest'
import {
  ANSWER_WITHIN,
  type ConnectionState,
  connect,
  SILENCE,
} from '../../../../src/renderer/connection/api.ts'
import { fail } from '../../../../src/shared/domain/outcome.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { FakeLine } from '../fake-line.ts'

function begin() {
  const clock = new FakeClock()
  const line = new FakeLine(clock)
  const connection = connect(line.open, clock)
  const phases: ConnectionState['phase'][] = []
  connection.onState(({ phase }) => phases.push(phase))
  return { clock, line, connection, phases }
}

describe('connection', () => {
  it('is connected only when the engine has answered', async () => {
    const { connection } = begin()
    expect(connection.state().phase).toBe('connecting')
    await settle()
    expect(connection.state()).toMatchObject({ phase: 'connected', info: { version: '1' } })
  })

  it('says that it is lost, since when, and when it tries again; then resumes subscriptions', async () => {
    const { clock, line, connection } = begin()
    const values: unknown[] = []
    connection.subscribe('engine.status', {}, (value) => {
      values.push(value)
    })
    await settle()
    expect(values).toEqual(['snapshot of engine.status'])
    const cutAt = clock.now()
    line.cut()
    await settle()
    expect(connection.state()).toEqual({
      phase: 'lost',
      since: cutAt,
      attempt: 0,
      nextAttemptAt: cutAt + 250,
    })
    await clock.pass(250)
    expect(connection.state().phase).toBe('connected')
    expect(values).toHaveLength(2)
    expect(line.subscribed).toEqual(['engine.status', 'engine.status'])
  })

  it('waits longer after each failure, and keeps the time of the loss', async () => {
    const { clock, line, connection } = begin()
    await settle()
    const cutAt = clock.now()
    line.answering = false
    line.cut()
    await settle()
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      const state = connection.state()
      if (state.phase !== 'lost' || state.nextAttemptAt === null) throw new Error('not waiting')
      expect(state.since).toBe(cutAt)
      waits.push(state.nextAttemptAt - clock.now())
      await clock.pass(state.nextAttemptAt - clock.now())
      expect(connection.state()).toMatchObject({ phase: 'lost', nextAttemptAt: null })
      await clock.pass(ANSWER_WITHIN)
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
  })

  it('tries at once when asked to', async () => {
    const { line, connection } = begin()
    await settle()
    line.cut()
    await settle()
    connection.retry()
    await settle()
    expect(connection.state().phase).toBe('connected')
    expect(line.opened).toHaveLength(2)
  })

  it('stays connecting, not lost, while the first attempts fail', async () => {
    const clock = new FakeClock()
    const line = new FakeLine(clock)
    line.answering = false
    const connection = connect(line.open, clock)
    await clock.pass(ANSWER_WITHIN)
    expect(connection.state()).toMatchObject({ phase: 'connecting', attempt: 1 })
  })

  it('asks a silent engine whether it is there, and gives it up when it does not answer', async () => {
    const { clock, line, connection, phases } = begin()
    await settle()
    await clock.pass(SILENCE)
    expect(line.calls).toEqual(['app.info', 'app.info'])
    expect(connection.state().phase).toBe('connected')
    line.answering = false
    await clock.pass(SILENCE + ANSWER_WITHIN)
    expect(phases).toContain('lost')
  })

  it('does not ask an engine that speaks', async () => {
    const { clock, line, connection } = begin()
    connection.subscribe('engine.status', {}, () => {})
    await settle()
    for (let i = 0; i < 20; i += 1) {
      await clock.pass(1_000)
      line.push('engine.status', i)
    }
    expect(line.calls).toEqual(['app.info'])
    expect(connection.heardAt()).toBe(clock.now() - 1_000)
  })

  it('answers calls with a failure while there is no engine', async () => {
    const { line, connection } = begin()
    await settle()
    line.cut()
    await settle()
    expect(await connection.call('settings.get', {})).toMatchObject({
      ok: false,
      failure: { code: 'unavailable' },
    })
  })

  it('does not resume what was given up', async () => {
    const { clock, line, connection } = begin()
    const stop = connection.subscribe('engine.status', {}, () => {})
    await settle()
    stop()
    line.cut()
    await clock.pass(1_000)
    expect(line.subscribed).toEqual(['engine.status'])
  })

  it('gives up on an engine that refuses to say who it is', async () => {
    const clock = new FakeClock()
    const line = new FakeLine(clock)
    line.answers.set('app.info', () => fail('internal', 'no'))
    const connection = connect(line.open, clock)
    await settle()
    expect(connection.state()).toMatchObject({ phase: 'connecting', attempt: 1 })
    expect(line.opened).toHaveLength(1)
    await clock.pass(500)
    expect(line.opened).toHaveLength(2)
  })

  it('ends for good when closed', async () => {
    const { clock, line, connection } = begin()
    await settle()
    connection.close()
    await clock.pass(60_000)
    expect(line.opened).toHaveLength(1)
  })
})
