import type { Clock } from '../../../../src/main/ports.ts'
import type { AnalysisBook, AnalysisChange } from '../../../../src/main/store/analysis-store.ts'
import type { AnalysisLimits, ModelPrice } from '../../../../src/shared/contract/analysis.ts'
import { fail, type Outcome, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { manualClock, START } from '../fakes.ts'

export const FREE: AnalysisLimits = {
  requestsPerSecond: 1_000,
  requestsPerMinute: null,
  tokensPerDay: null,
  moneyPerDay: null,
}

/** A dollar for a thousand tokens, in and out. */
export const PRICES: readonly ModelPrice[] = [
  { model: 'm', prompt: 1_000, completion: 1_000, dated: null },
]

/** The requests as the disk has them. Commits when told to, or at once. */
export class FakeDisk {
  readonly requests = new Map<number, AnalysisBook['requests'][number]>()
  refuse = false
  /** While set, what is to be kept waits here. */
  held: (() => void)[] | undefined

  readonly keep = (changes: readonly AnalysisChange[]): Promise<Outcome<null>> =>
    new Promise((resolve) => {
      const commit = (): void => resolve(this.#commit(changes))
      if (this.held === undefined) commit()
      else this.held.push(commit)
    })

  release(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const commit of held) commit()
  }

  book(since = 0): Pick<AnalysisBook, 'newestRequest' | 'requests'> {
    const all = [...this.requests.values()]
    return {
      newestRequest: Math.max(0, ...this.requests.keys()),
      requests: all.filter(({ at }) => at >= since),
    }
  }

  #commit(changes: readonly AnalysisChange[]): Outcome<null> {
    if (this.refuse) return fail('storage-full', 'The disk is full.')
    for (const change of changes) {
      if (change.t === 'entry') continue
      if (change.t === 'reserve') {
        const { t: _, ...request } = change
        this.requests.set(change.id, request)
        continue
      }
      const before = this.requests.get(change.id)
      if (before === undefined) throw new Error('settled what was never reserved')
      this.requests.set(change.id, { ...before, tokens: change.tokens, money: change.money })
    }
    return ok(null)
  }
}

/** Lets everything that is ready happen. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i += 1) await Promise.resolve()
}

/** Lets everything happen that no timer has to come for. */
const allTurns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock of which each timer is followed by what its promises do, as it is in life. */
export function livingClock() {
  let now = START
  let jobs: { readonly at: number; readonly run: () => void }[] = []
  const clock: Pick<Clock, 'now' | 'monotonic' | 'after'> = {
    now: () => epochMs(Math.floor(now)),
    monotonic: () => now - START,
    after: (ms, run) => {
      const job = { at: now + ms, run }
      jobs.push(job)
      return () => {
        jobs = jobs.filter((other) => other !== job)
      }
    },
  }
  return {
    clock,
    advance: async (ms: number) => {
      const until = now + ms
      for (;;) {
        await allTurns()
        const due = jobs.filter(({ at }) => at <= until)
        const at = Math.min(...due.map((job) => job.at))
        const next = due.find((job) => job.at === at)
        if (next === undefined) break
        now = at
        jobs = jobs.filter((other) => other !== next)
        next.run()
      }
      now = until
      await allTurns()
    },
  }
}

export const world = () => ({ time: manualClock(), disk: new FakeDisk() })
