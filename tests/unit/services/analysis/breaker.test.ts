import { describe, expect, it } from 'vitest'
import type { AiFailureCode } from '../../../../src/main/ports.ts'
import { Breaker, Breakers, type Pass } from '../../../../src/main/services/analysis/breaker.ts'
import { manualClock, START } from '../fakes.ts'

const failure = (code: AiFailureCode, retryAfterMs: number | null = null) => ({
  code,
  message: `It failed: ${code}.`,
  retryAfterMs,
})

function setUp(random = 0.5) {
  const time = manualClock()
  const breaker = new Breaker(time.clock, () => random)
  const pass = (byHand = false): Pass => {
    const admission = breaker.admit(byHand)
    if (!admission.ok) throw new Error(admission.failure.message)
    return admission.pass
  }
  const failTimes = (count: number, code: AiFailureCode = 'server') => {
    for (let i = 0; i < count; i += 1) pass().failed(failure(code))
  }
  return { time, breaker, pass, failTimes }
}

describe('a breaker', () => {
  it('opens after five failures in a row, and says until when', () => {
    const { breaker, pass, failTimes } = setUp()
    failTimes(4)
    pass().succeeded()
    failTimes(4)
    expect(breaker.status()).toEqual({ state: 'closed', until: null, reason: null })
    failTimes(1, 'cut')
    expect(breaker.status()).toEqual({
      state: 'open',
      until: START + 5_000,
      reason: 'It failed: cut.',
    })
    expect(breaker.admit(false)).toMatchObject({
      ok: false,
      failure: { code: 'paused', retryAt: START + 5_000 },
    })
    // A pause is no question of who asks.
    expect(breaker.refusal(true)).toMatchObject({ code: 'paused' })
  })

  it('lets one try when its pause is over, and closes when that goes well', () => {
    const { breaker, pass, failTimes, time } = setUp()
    failTimes(5)
    time.advance(5_000)
    const trial = pass()
    expect(breaker.status().state).toBe('trying')
    expect(breaker.admit(false)).toMatchObject({ ok: false, failure: { code: 'paused' } })
    trial.succeeded()
    expect(breaker.status().state).toBe('closed')
    failTimes(5)
    expect(breaker.status().until).toBe(START + 10_000)
  })

  it('pauses twice as long after each failed trial, five minutes at most, by a quarter more or less', () => {
    const pausesWith = (random: number) => {
      const { breaker, pass, failTimes, time } = setUp(random)
      failTimes(5)
      return Array.from({ length: 8 }, () => {
        const pause = (breaker.status().until ?? 0) - time.clock.now()
        time.advance(pause)
        pass().failed(failure('timeout'))
        return pause / 1_000
      })
    }
    expect(pausesWith(0.5)).toEqual([5, 10, 20, 40, 80, 160, 300, 300])
    expect(pausesWith(0)).toEqual([3.75, 7.5, 15, 30, 60, 120, 225, 225])
  })

  it('pauses as long as the provider asks for, an hour at most', () => {
    const { breaker, pass, failTimes, time } = setUp()
    failTimes(4)
    pass().failed(failure('rate-limited', 60_000))
    expect(breaker.status().until).toBe(START + 60_000)
    time.advance(60_000)
    pass().failed(failure('rate-limited', 1e12))
    expect(breaker.status().until).toBe(START + 60_000 + 3_600_000)
  })

  it.each(['bad-key', 'no-credit', 'wrong-address'] as const)(
    'stays open after %s until something is changed, but lets a person try',
    (code) => {
      const { breaker, pass, failTimes, time } = setUp()
      failTimes(1, code)
      expect(breaker.status()).toEqual({
        state: 'open',
        until: null,
        reason: `It failed: ${code}.`,
      })
      time.advance(86_400_000)
      expect(breaker.admit(false)).toMatchObject({ ok: false, failure: { code } })
      const trial = pass(true)
      expect(breaker.admit(true)).toMatchObject({ ok: false, failure: { code } })
      trial.failed(failure(code))
      expect(breaker.status().state).toBe('open')
      breaker.reset()
      expect(breaker.status().state).toBe('closed')
      failTimes(1, code)
      pass(true).succeeded()
      expect(breaker.status().state).toBe('closed')
    },
  )

  it('counts what the provider answers as a sign of life, also when it declines', () => {
    const { breaker, failTimes, pass, time } = setUp()
    failTimes(4)
    failTimes(1, 'no-model')
    failTimes(4)
    expect(breaker.status().state).toBe('closed')
    failTimes(1)
    time.advance(5_000)
    pass().failed(failure('refused-request'))
    expect(breaker.status().state).toBe('closed')
  })

  it('goes on waiting for a trial when one was called off', () => {
    const { breaker, failTimes, pass, time } = setUp()
    failTimes(5)
    time.advance(5_000)
    pass().abandoned()
    expect(breaker.status().state).toBe('open')
    pass().succeeded()
    expect(breaker.status().state).toBe('closed')
  })

  it('is not moved by answers that were on their way when it opened, nor by those of before a change', () => {
    const { breaker, failTimes, pass, time } = setUp()
    const [early, other, third] = [pass(), pass(), pass()]
    failTimes(5)
    const { until } = breaker.status()
    early.succeeded()
    other.failed(failure('server', 1e6))
    expect(breaker.status()).toMatchObject({ state: 'open', until })
    time.advance(5_000)
    const trial = pass()
    early.abandoned()
    expect(breaker.status().state).toBe('trying')
    breaker.reset()
    trial.failed(failure('bad-key'))
    third.failed(failure('bad-key'))
    expect(breaker.status().state).toBe('closed')
  })
})

it('each host has a breaker of its own, whatever the path', () => {
  const breakers = new Breakers(manualClock().clock, () => 0.5)
  const one = breakers.of('https://a.example/v1')
  expect(breakers.of('https://a.example/v2')).toBe(one)
  expect(breakers.of('https://b.example/v1')).not.toBe(one)
})
