import { describe, expect, it } from 'vitest'
import {
  readCap,
  readCaps,
  toCapsDraft,
} from '../../../../src/renderer/features/settings/load-model.ts'
import { loadCaps } from '../../../../src/shared/contract/schemas.ts'
import type { Settings } from '../../../../src/shared/contract/status.ts'

describe('caps', () => {
  it('come back from the draft as they were, none as nothing', () => {
    for (const load of [
      { cpuPercent: 50, memoryMegabytes: null },
      { cpuPercent: null, memoryMegabytes: 400 },
    ])
      expect(readCaps(toCapsDraft({ load } as Settings))).toEqual(load)
  })

  it('are what the engine takes, neither more nor less', () => {
    for (const name of ['cpuPercent', 'memoryMegabytes'] as const)
      for (const text of [
        '4',
        '5',
        '127',
        '128',
        '6400',
        '6401',
        '1000000',
        '1000001',
        '',
        '7.5',
        'x',
      ])
        expect(readCap(name, text) !== undefined, `${name} ${text}`).toBe(
          loadCaps.shape[name].safeParse(text === '' ? null : Number(text)).success,
        )
    expect(readCaps({ cpuPercent: '50', memoryMegabytes: '1' })).toBeUndefined()
  })
})
