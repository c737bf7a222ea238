import { describe, expect, it } from 'vitest'
import {
  attempts,
  changedNetwork,
  isProxyAddress,
  readNetworkDraft,
  toNetworkDraft,
  typedPasswords,
  venueDraft,
} from '../../../../src/renderer/features/settings/network-model.ts'
import type { Settings } from '../../../../src/shared/contract/status.ts'

const SETTINGS: Settings = {
  markets: [],
  batchSize: 1,
  batchMs: 10,
  latencyWindowSeconds: 10,
  catchUpHours: 24,
  maxAttempts: null,
  pollSeconds: 5,
  proxy: { mode: 'manual', url: 'http://a:1' },
  storage: { budgetBytes: null, keepDays: null, keepDaysByMarket: {} },
  venues: { okx: { proxy: { mode: 'none', url: '' }, transport: 'rest' } },
  load: { cpuPercent: null, memoryMegabytes: null },
}

describe('network settings', () => {
  it('come back from the draft as they were, a venue without a setting left out', () => {
    const draft = toNetworkDraft(SETTINGS)
    const { proxy, venues, maxAttempts, pollSeconds, catchUpHours } = SETTINGS
    const same = { proxy, venues, maxAttempts, pollSeconds, catchUpHours }
    expect(readNetworkDraft(draft)).toEqual(same)
    const touched = { ...draft, venues: { ...draft.venues, bybit: venueDraft(draft, 'bybit') } }
    expect(readNetworkDraft(touched)).toEqual(same)
  })

  it('take addresses that the engine takes, and no password in them', () => {
    for (const text of ['http://a:3128', 'socks5://me@b:1080', 'https://c'])
      expect(isProxyAddress(text)).toBe(true)
    for (const text of ['', 'a:3128', 'ftp://a', 'http://', 'http://me:secret@a', 'socks9://a'])
      expect(isProxyAddress(text)).toBe(false)
  })

  it('cannot be saved while anything is wrong', () => {
    const draft = toNetworkDraft(SETTINGS)
    const wrong = { mode: 'manual', url: 'a:1', password: '' } as const
    expect(readNetworkDraft({ ...draft, proxy: wrong })).toBe(undefined)
    expect(readNetworkDraft({ ...draft, pollSeconds: '0' })).toBe(undefined)
    expect(readNetworkDraft({ ...draft, catchUpHours: '169' })).toBe(undefined)
    expect(readNetworkDraft({ ...draft, maxAttempts: 'x' })).toBe(undefined)
    const venues = { okx: { ...venueDraft(draft, 'okx'), proxy: wrong } }
    expect(readNetworkDraft({ ...draft, venues })).toBe(undefined)
  })

  it('name proxy and venues, which restart the engine, only when they change', () => {
    const draft = toNetworkDraft(SETTINGS)
    const numbers = { maxAttempts: null, pollSeconds: 9, catchUpHours: 24 }
    const slower = { ...draft, pollSeconds: '9' }
    expect(changedNetwork(draft, slower)).toEqual(numbers)
    const okx = { ...venueDraft(draft, 'okx'), host: 'b.example' }
    for (const other of [
      { ...slower, proxy: { mode: 'none', url: '', password: '' } as const },
      { ...slower, proxy: { ...draft.proxy, password: 'x' } },
      { ...slower, venues: { okx } },
      { ...slower, venues: {} },
    ])
      expect(changedNetwork(draft, other)).toHaveProperty('venues')
    expect(changedNetwork(draft, { ...draft, pollSeconds: '0' })).toBe(undefined)
  })

  it('an empty field of attempts means for ever', () => {
    expect(attempts(' ')).toBe(null)
    expect(attempts('7')).toBe(7)
    expect(attempts('0')).toBe(undefined)
  })

  it('send a password only where one was typed for a certain proxy', () => {
    const draft = toNetworkDraft(SETTINGS)
    expect(typedPasswords(draft)).toEqual([])
    const typed = { ...draft, proxy: { ...draft.proxy, password: 'x' } }
    expect(typedPasswords(typed)).toEqual([{ url: 'http://a:1', password: 'x' }])
    const off = { ...draft, proxy: { mode: 'none', url: 'http://a:1', password: 'x' } as const }
    expect(typedPasswords(off)).toEqual([])
  })
})
