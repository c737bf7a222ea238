import { describe, expect, it } from 'vitest'
import type { FromReplay, ToReplay } from '../../../../src/main/jobs/replay-protocol.ts'
import type { ReplayThreadEvents } from '../../../../src/main/jobs/replay-thread.ts'
import { Playback } from '../../../../src/main/services/replay/playback.ts'
import type {
  ReplayRequest,
  ReplayStatus,
  ReplayTapeFrame,
} from '../../../../src/shared/contract/replay.ts'
import { fail } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { alertOf } from '../../pipeline/replay/alert-kit.ts'
import { BTC, ETH, unwrap } from '../../store/store-kit.ts'

const request: ReplayRequest = {
  ...{ markets: [BTC], from: epochMs(1_000), to: epochMs(2_000), order: 'received', alerts: true },
}

/** A thread in a test's hands. */
class Thread {
  readonly events: ReplayThreadEvents
  readonly asked: ToReplay[] = []
  /** Ends when it is told to, as the real one does. */
  obedient = true

  constructor(events: ReplayThreadEvents) {
    this.events = events
  }

  post(message: ToReplay): void {
    this.asked.push(message)
    if (message.t === 'end' && this.obedient) this.events.exit('it ended')
  }

  say(message: FromReplay): void {
    this.events.message(message)
  }

  news(status: Partial<ReplayStatus>, frames: readonly ReplayTapeFrame[] = []): void {
    const plain: ReplayStatus = {
      ...{ state: 'paused', request, at: epochMs(1_000), pace: 1, trades: 0 },
      ...{ firings: [], summaries: [], ...status },
    }
    this.say({ t: 'news', status: plain, frames })
  }
}

function setUp() {
  const threads: Thread[] = []
  const alerts = [alertOf(`${BTC} price > 1`), alertOf(`${BTC} price > 2`, { armed: false })]
  const playback = new Playback({
    path: '/tape',
    startThread: (events) => {
      const thread = new Thread(events)
      threads.push(thread)
      return thread
    },
    alerts: () => alerts,
    written: async () => {},
  })
  const thread = async (nth: number): Promise<Thread> => {
    for (let i = 0; i < 10 && threads[nth] === undefined; i += 1) await Promise.resolve()
    const found = threads[nth]
    if (found === undefined) throw new Error(`there is no thread ${nth}`)
    return found
  }
  return { playback, thread, alerts, state: () => playback.status.snapshot() }
}

async function started() {
  const all = setUp()
  const begun = all.playback.start(request)
  const thread = await all.thread(0)
  thread.say({ t: 'started' })
  unwrap(await begun)
  return { ...all, first: thread }
}
const frame = (fields: Partial<ReplayTapeFrame> = {}): ReplayTapeFrame => ({
  ...{ market: BTC, trades: [], skipped: 0, candles: { '1s': [], '1m': [] }, foldedAt: null },
  ...fields,
})

describe('a playback', () => {
  it('loads in a thread, with the alerts that are armed, and tells what that says', async () => {
    const { playback, first, alerts, state } = await started()
    expect(first.asked).toEqual([{ t: 'start', path: '/tape', request, alerts: [alerts[0]] }])
    expect(state()).toMatchObject({ state: 'loading', request })
    first.news({ state: 'paused' })
    expect(state().state).toBe('paused')
    expect(first.asked.at(-1)).toEqual({ t: 'taken' })
    unwrap(playback.act({ do: 'play' }))
    expect(first.asked.at(-1)).toEqual({ t: 'act', action: { do: 'play' } })
    unwrap(playback.act({ do: 'stop' }))
    expect(first.asked.at(-1)).toEqual({ t: 'end' })
    expect(state()).toMatchObject({ state: 'none', request: null })
    first.news({ state: 'playing' })
    expect(state().state, 'it has nothing to say any more').toBe('none')
    expect(playback.act({ do: 'play' })).toMatchObject({ failure: { code: 'not-found' } })
  })

  it('says why it could not be loaded', async () => {
    const { playback, thread, state } = setUp()
    const begun = playback.start(request)
    const first = await thread(0)
    first.say({ t: 'refused', failure: fail('not-found', 'nothing there').failure })
    expect(await begun).toMatchObject({ failure: { code: 'not-found' } })
    expect(state()).toMatchObject({ state: 'failed', reason: 'nothing there', request })
    expect(first.asked.at(-1)).toEqual({ t: 'end' })
  })

  it('says so when its thread breaks off, and starts anew', async () => {
    const { playback, thread, first, state } = await started()
    first.news({ state: 'playing', at: epochMs(1_500) })
    first.events.exit('out of memory')
    expect(state()).toMatchObject({ state: 'failed', request, at: 1_500 })
    expect(state().reason).toMatch(/out of memory/)
    const again = playback.start(request)
    ;(await thread(1)).say({ t: 'started' })
    unwrap(await again)
  })

  it('lets the newest wish count', async () => {
    const { playback, thread, first, state } = await started()
    const second = playback.start({ ...request, order: 'exchange' })
    const overtaken = await thread(1)
    expect(first.asked.at(-1)).toEqual({ t: 'end' })
    const third = playback.start(request)
    expect(overtaken.asked.at(-1)).toEqual({ t: 'end' })
    expect(await second).toMatchObject({ failure: { code: 'cancelled' } })
    const last = await thread(2)
    unwrap(playback.act({ do: 'stop' }))
    last.say({ t: 'started' })
    expect(await third).toMatchObject({ failure: { code: 'cancelled' } })
    expect(state().state).toBe('none')
  })

  it('waits at its end until its thread is gone', async () => {
    const { playback, first } = await started()
    first.obedient = false
    let over = false
    const stopped = playback.stop().then(() => {
      over = true
    })
    await Promise.resolve()
    expect(over).toBe(false)
    first.events.exit('it ended')
    await stopped
  })

  it('shows the tape of a market while somebody looks', async () => {
    const { playback, thread, first } = await started()
    expect(playback.tape(ETH)).toMatchObject({ failure: { code: 'not-found' } })
    const tape = unwrap(playback.tape(BTC))
    expect(unwrap(playback.tape(BTC))).toBe(tape)
    const seen: ReplayTapeFrame[] = []
    const leave = tape.listen((value) => void seen.push(value))
    expect(first.asked.at(-1)).toEqual({ t: 'watch', market: BTC, on: true })
    first.news({}, [frame({ anew: true })])
    expect(seen).toEqual([frame({ anew: true })])
    const again = playback.start(request)
    const second = await thread(1)
    expect(second.asked.at(-1), 'who looked goes on looking').toMatchObject({
      t: 'watch',
      on: true,
    })
    second.say({ t: 'started' })
    unwrap(await again)
    leave()
    expect(second.asked.at(-1)).toEqual({ t: 'watch', market: BTC, on: false })
  })

  it('merges frames, and forgets what was before one that begins anew', async () => {
    const tape = unwrap((await started()).playback.tape(BTC))
    const older = frame({ skipped: 3 })
    expect(tape.merge(older, frame({ skipped: 2 })).skipped).toBe(5)
    expect(tape.merge(older, frame({ skipped: 2, anew: true }))).toEqual(
      frame({ skipped: 2, anew: true }),
    )
    expect(tape.merge(frame({ anew: true }), older)).toMatchObject({ anew: true, skipped: 3 })
  })
})
