import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Gate, gateBookSince } from '../../../../src/main/services/analysis/gate.ts'
import type { AnalysisLimits } from '../../../../src/shared/contract/analysis.ts'
import { fail } from '../../../../src/shared/domain/outcome.ts'
import { FakeDisk, FREE, livingClock, PRICES, turns } from './gate-world.ts'

const DAY = 86_400_000

/** Numbers of [0, 1) from a seed. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What is really used, as somebody sees it who stands beside: held against the limits at every request that goes. */
class Witness {
  readonly #times: number[] = []
  readonly #days = new Map<number, Map<number, number>>()
  went = 0

  goes(now: number, id: number, most: number, limits: AnalysisLimits): void {
    this.went += 1
    this.#times.push(now)
    const within = (ms: number) => this.#times.filter((at) => at > now - ms && at <= now).length
    const { requestsPerSecond: rate, requestsPerMinute, tokensPerDay, moneyPerDay } = limits
    expect(within(rate < 1 ? 1_000 / rate : 1_000)).toBeLessThanOrEqual(Math.max(1, rate))
    if (requestsPerMinute !== null) expect(within(60_000)).toBeLessThanOrEqual(requestsPerMinute)
    this.used(now, id, most)
    const sum = [...this.#day(now).values()].reduce((all, tokens) => all + tokens, 0)
    if (tokensPerDay !== null) expect(sum).toBeLessThanOrEqual(tokensPerDay)
    // A dollar for a thousand tokens.
    if (moneyPerDay !== null) expect(sum).toBeLessThanOrEqual(Math.round(moneyPerDay * 1_000))
    while ((this.#times[0] ?? now) < now - 120_000) this.#times.shift()
  }

  used(now: number, id: number, tokens: number): void {
    this.#day(now).set(id, tokens)
  }

  #day(now: number): Map<number, number> {
    const day = Math.floor(now / DAY)
    const uses = this.#days.get(day) ?? new Map<number, number>()
    this.#days.set(day, uses)
    return uses
  }
}

const someLimits = (next: () => number): AnalysisLimits => ({
  ...FREE,
  requestsPerSecond: [0.3, 2, 7.5, 50, 1_000][Math.floor(next() * 5)] ?? 1,
  requestsPerMinute: next() < 0.4 ? null : 1 + Math.floor(next() * 600),
  tokensPerDay: next() < 0.4 ? null : Math.floor(next() * 2_000_000),
  moneyPerDay: next() < 0.4 ? null : Math.floor(next() * 2_000) / 1,
})

/**
 * Puts `count` requests through the gate: of random size, some called off, failed, without usage, cut off by a restart,
 * refused by the disk, while the limits change and days go by.
 */
async function drive(count: number, seed: number): Promise<Witness> {
  const next = random(seed)
  const time = livingClock()
  const disk = new FakeDisk()
  const { clock } = time
  const settings = { limits: someLimits(next), prices: PRICES }
  let run = 0
  const start = () => {
    run += 1
    const own = run
    return new Gate({
      clock,
      keep: async (changes) => {
        // The disk takes its time, during which other things happen.
        await turns(Math.floor(next() * 4))
        // What a killed app was about to write is never written.
        return own === run ? disk.keep(changes) : fail('unavailable', 'killed')
      },
      settings: () => settings,
      book: disk.book(gateBookSince(clock.now())),
    })
  }
  let gate = start()
  const witness = new Witness()
  let settled = 0
  let id = 0
  const ask = (): void => {
    id += 1
    const [own, from] = [id, gate]
    const promptTokens = 1 + Math.floor(next() * 3_000)
    const maxTokens = 1 + Math.floor(next() * 500)
    const controller = new AbortController()
    if (next() < 0.05) clock.after(next() * 2_000, () => controller.abort())
    void from
      .acquire({ model: 'm', promptTokens, maxTokens }, controller.signal)
      .then((admission) => {
        if (!admission.ok) {
          settled += 1
          return
        }
        const at = clock.now()
        // A killed app sends nothing more; what its reservation says stands.
        if (from === gate) witness.goes(at, own, promptTokens + maxTokens, settings.limits)
        clock.after(next() * 3_000, () => {
          settled += 1
          if (from !== gate) return
          const how = next()
          if (how < 0.2) admission.lease.settle(null, true)
          else if (how < 0.3) {
            admission.lease.settle(null, false)
            witness.used(at, own, 0)
          } else {
            const usage = {
              promptTokens: Math.floor(next() * promptTokens),
              completionTokens: Math.floor(next() * maxTokens),
            }
            admission.lease.settle(usage, true)
            witness.used(at, own, usage.promptTokens + usage.completionTokens)
          }
        })
      })
  }
  for (let round = 0; settled < count; round += 1) {
    for (let i = 0; i < 40 && id < count; i += 1) ask()
    await time.advance(next() < 0.02 ? next() * DAY : next() * 2_000)
    if (next() < 0.05) {
      settings.limits = someLimits(next)
      gate.changed()
    }
    disk.refuse = next() < 0.02
    if (next() < 0.02 && id < count) {
      const old = gate
      gate = start()
      old.close()
    }
    expect(round).toBeLessThan(200_000)
  }
  return witness
}

it('10,000 requests never exceed a limit, whatever happens on the way', {
  timeout: 60_000,
}, async () => {
  const witness = await drive(10_000, 6)
  expect(witness.went).toBeGreaterThan(2_000)
})

it('no requests exceed a limit, however it goes', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(2 ** 31), async (seed) => {
      await drive(300, seed)
    }),
    { numRuns: 25 },
  )
})
