import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  askFault,
  dateOfUtcDay,
  figureText,
  inert,
  isUnsupported,
  latestOf,
  mergedAnswers,
  missingCoverage,
  piecesOf,
  rowAfter,
  rowsOf,
  sourcesOf,
  spendingRows,
  unsupportedFields,
  wordOf,
} from '../../../../src/renderer/features/analysis/model.ts'
import {
  readSchedule,
  type ScheduleDraft,
  toScheduleDraft,
} from '../../../../src/renderer/features/analysis/schedule-model.ts'
import { createFormat } from '../../../../src/renderer/i18n/format.ts'
import type { AnalysisEntry, AnalysisStatus } from '../../../../src/shared/contract/analysis.ts'
import type { Citation } from '../../../../src/shared/domain/analysis.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { snapshotOf } from '../../../renderer-preview/analysis-samples.ts'

const BTC = 'binance:BTC-USDT' as MarketId
const cite = (from: number, to: number, source: string | null, field = 'reason'): Citation => ({
  field,
  from,
  to,
  value: 0,
  source,
})
const snapshot = snapshotOf(BTC, { last: 61_204.5, decimals: 2 }, epochMs(1_000_000))

describe('the pieces of a reason', () => {
  it('are cut at its numbers; one without a source stands by itself', () => {
    const reason = 'Up 0.42% after 7 moves'
    expect(piecesOf(reason, [cite(15, 16, null), cite(3, 8, 'deviationPercent')])).toEqual([
      { from: 0, text: 'Up ', cited: null },
      { from: 3, text: '0.42%', cited: { source: 'deviationPercent' } },
      { from: 8, text: ' after ', cited: null },
      { from: 15, text: '7', cited: { source: null } },
      { from: 16, text: ' moves', cited: null },
    ])
  })

  it('are the whole text, whatever the citations say', () => {
    const places = fc.record({ from: fc.integer(), to: fc.integer(), field: fc.constant('reason') })
    const near = fc.record({ from: fc.nat(30), to: fc.nat(40), field: fc.constant('reason') })
    fc.assert(
      fc.property(
        fc.string({ maxLength: 30 }),
        fc.array(fc.oneof(places, near), { maxLength: 8 }),
        (reason, cited) => {
          const pieces = piecesOf(
            reason,
            cited.map(({ from, to }) => cite(from, to, null)),
          )
          expect(pieces.map(({ text }) => text).join('')).toBe(inert(reason))
        },
      ),
    )
  })

  it('leave a number out that lies over another one', () => {
    expect(piecesOf('61,204.5', [cite(3, 8, null), cite(0, 6, 'last')])).toEqual([
      { from: 0, text: '61,204', cited: { source: 'last' } },
      { from: 6, text: '.5', cited: null },
    ])
  })

  it('do not take citations of fields for places in the text', () => {
    expect(piecesOf('Up 3', [cite(0, 2, null, 'entry')])).toEqual([
      { from: 0, text: 'Up 3', cited: null },
    ])
  })
})

describe('what a model wrote', () => {
  it('cannot turn the line around or hide anything, and keeps its places', () => {
    const written = 'a\u202Ebc\u2066d\u0000e\u200Ff'
    expect(inert(written)).toBe('a\uFFFDbc\uFFFDd\uFFFDe\uFFFDf')
    expect(inert(written)).toHaveLength(written.length)
    expect(inert('价格 Giá 😀\n\t<b>')).toBe('价格 Giá 😀\n\t<b>')
  })

  it('is struck in the fields that nothing supports, by field or by target', () => {
    const fields = unsupportedFields([
      cite(0, 0, null, 'targets.1'),
      cite(0, 0, null, 'stop'),
      cite(0, 0, 'last', 'entry'),
      cite(0, 4, null),
    ])
    expect([...fields]).toEqual(['targets.1', 'stop'])
    expect(isUnsupported(fields, 'stop')).toBe(true)
    expect(isUnsupported(fields, 'entry')).toBe(false)
    expect(isUnsupported(fields, 'targets', 0)).toBe(false)
    expect(isUnsupported(fields, 'targets', 1)).toBe(true)
    expect(isUnsupported(new Set(['targets[0]']), 'targets', 0)).toBe(true)
  })

  it('may be supported by several figures', () => {
    expect(sourcesOf('mean20, last')).toEqual(['mean20', 'last'])
  })
})

describe('verdicts', () => {
  it('have words, and levels only where somebody names a direction', () => {
    expect(
      wordOf({ kind: 'anomaly', anomalous: true, deviationPercent: 1, volatilityPercent: 1 }),
    ).toBe('unusual')
    const flat = {
      kind: 'signal',
      trend: 'sideways',
      entry: null,
      stop: null,
      targets: [],
    } as const
    const up = { ...flat, trend: 'up', entry: 1 } as const
    expect(rowsOf('signal', [flat, null]).map(({ row }) => row)).toEqual(['verdict'])
    expect(rowsOf('signal', [flat, up])).toHaveLength(4)
  })

  it('bear the coverage of a day that is not whole', () => {
    expect(missingCoverage(snapshot)).toBe(87.4)
    const whole = { ...snapshot, figures: { ...snapshot.figures, coveragePercent: 99 } }
    expect(missingCoverage(whole)).toBeNull()
    const unknown = { ...snapshot, figures: { ...snapshot.figures, coveragePercent: null } }
    expect(missingCoverage(unknown)).toBeNull()
  })

  it('write their figures by kind, and none for what the tape does not say', () => {
    const format = createFormat('en')
    expect(figureText('last', snapshot, format)).toBe('61,204.50')
    expect(figureText('volatilityPercent', snapshot, format)).toBe('0.0612%')
    expect(figureText('zScore', snapshot, format)).toBe('1.83')
    const none = { ...snapshot, figures: { ...snapshot.figures, rsi14: null } }
    expect(figureText('rsi14', none, format)).toBeNull()
  })
})

const status = (key: AnalysisStatus['key'], preset: 'local' | 'openai', on: boolean) =>
  ({
    key,
    settings: {
      baseUrl: preset === 'local' ? 'http://127.0.0.1:11434/v1' : 'https://api.openai.com/v1',
      kinds: { signal: { on, model: 'm' } },
    },
    latest: [{ id: 3, market: BTC, kind: 'signal' }],
  }) as unknown as AnalysisStatus

describe('asking', () => {
  it('needs a key, but of this machine; and the analysis switched on', () => {
    expect(askFault(status('absent', 'openai', true), 'signal')).toBe('no-key')
    expect(askFault(status('absent', 'local', true), 'signal')).toBeNull()
    expect(askFault(status('session', 'openai', true), 'signal')).toBeNull()
    expect(askFault(status('kept', 'openai', false), 'signal')).toBe('off')
  })

  it('finds the newest answer of a market and kind', () => {
    expect(latestOf(status('kept', 'openai', true), BTC, 'signal')?.id).toBe(3)
    expect(latestOf(status('kept', 'openai', true), BTC, 'anomaly')).toBeNull()
  })
})

describe('the log', () => {
  it('holds each answer once, in its newest state, newest first', () => {
    const entry = (id: number, attempts: number) => ({ id, attempts }) as AnalysisEntry
    const merged = mergedAnswers([entry(4, 1), entry(2, 1)], [entry(5, 1), entry(4, 2)])
    expect(merged).toEqual([entry(5, 1), entry(4, 2), entry(2, 1)])
  })
})

describe('keys in the log', () => {
  it('go by row, by page and to the ends, never beyond', () => {
    expect(
      ['ArrowDown', 'ArrowUp', 'PageDown', 'Home', 'End'].map((key) => rowAfter(key, 3, 8)),
    ).toEqual([4, 2, 7, 0, 7])
    expect(rowAfter('ArrowUp', 0, 8)).toBe(0)
    expect(rowAfter('PageUp', 3, 8)).toBe(0)
    expect(rowAfter('Enter', 3, 8)).toBeNull()
    expect(rowAfter('ArrowDown', 0, 0)).toBeNull()
  })
})

describe('spending', () => {
  const DAY = 86_400_000
  const spent = (day: number, model: string, money: number) => ({
    day: epochMs(day * DAY),
    model,
    requests: 1,
    tokens: 1,
    money,
  })

  it('has a row for each day, also for one without any, and the dearest model first', () => {
    const { rows, models } = spendingRows([spent(3, 'a', 1), spent(3, 'b', 2), spent(5, 'a', 0.5)])
    expect(models).toEqual(['b', 'a'])
    expect(rows).toEqual([
      { day: 3 * DAY, byModel: { a: 1, b: 2 } },
      { day: 4 * DAY, byModel: {} },
      { day: 5 * DAY, byModel: { a: 0.5 } },
    ])
    expect(spendingRows([])).toEqual({ rows: [], models: [] })
  })

  it('writes the date of a UTC day wherever the reader is', () => {
    const day = Date.UTC(2026, 10, 26)
    for (const offset of [-14 * 60, 0, 5 * 60, 12 * 60]) {
      const local = new Date(dateOfUtcDay(day, offset) - offset * 60_000)
      // At noon: an hour that the clocks are put back or on does not make it another day.
      expect(local.toISOString().slice(0, 13), String(offset)).toBe('2026-11-26T12')
    }
  })
})

describe('a schedule', () => {
  const draft = (more: Partial<ScheduleDraft>): ScheduleDraft => ({
    ...toScheduleDraft(undefined),
    kinds: ['signal', 'anomaly'],
    ...more,
  })

  it('begins with nothing, and with 5 seconds and 50 trades to choose', () => {
    expect(toScheduleDraft(undefined)).toMatchObject({ kinds: [], seconds: '5', trades: '50' })
    expect(readSchedule(toScheduleDraft(undefined))).toBeNull()
  })

  it('comes back as it was kept', () => {
    const kept = { kinds: ['anomaly'], everyMs: 7_000, everyTrades: null, onAlert: true } as const
    expect(readSchedule(toScheduleDraft(kept))).toEqual(kept)
  })

  it('is nothing without a kind or an occasion', () => {
    expect(readSchedule(draft({}))).toBeNull()
    expect(readSchedule(draft({ kinds: [], byTime: true }))).toBeNull()
  })

  it('is wrong while a number in use is; one that is not in use does not matter', () => {
    expect(readSchedule(draft({ byTime: true, seconds: '0' }))).toBeUndefined()
    expect(readSchedule(draft({ byTrades: true, trades: '1.5' }))).toBeUndefined()
    expect(readSchedule(draft({ byTime: true, seconds: '86401' }))).toBeUndefined()
    expect(readSchedule(draft({ onAlert: true, seconds: 'x' }))).toEqual({
      kinds: ['anomaly', 'signal'],
      everyMs: null,
      everyTrades: null,
      onAlert: true,
    })
  })
})
