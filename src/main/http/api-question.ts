import { RESOLUTIONS, type Resolution } from '../../shared/domain/candle.ts'
import { type MarketId, parseMarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs, parseInstant } from '../../shared/domain/time.ts'

export type RowFormat = 'csv' | 'ndjson' | 'json'

/** What a program may ask of the tape. */
export type TapeQuestion =
  | { readonly what: 'markets' }
  | ({
      readonly market: MarketId
      readonly from: EpochMs
      /** Not included. */
      readonly to: EpochMs
      readonly format: RowFormat
      /** Most rows: the oldest of the stretch. */
      readonly limit: number
    } & ({ readonly what: 'trades' } | { readonly what: 'candles'; readonly interval: Resolution }))

const DEFAULT_ROWS = 100_000
const MOST_ROWS = 5_000_000
const INTERVALS = Object.keys(RESOLUTIONS) as Resolution[]
const FORMATS: readonly RowFormat[] = ['csv', 'ndjson', 'json']
const ROWS = ['market', 'from', 'to', 'limit', 'format']
/** What may stand in the query of each path, besides the key. */
const PARAMETERS: Readonly<Record<TapeQuestion['what'], readonly string[]>> = {
  markets: [],
  candles: [...ROWS, 'interval'],
  trades: ROWS,
}

/**
 * Reads a question from what follows `/api/v1/` and the query. Fails with `not-found` for another path and
 * `invalid` with what to write instead.
 */
export function readQuestion(
  path: string,
  query: URLSearchParams,
  now: EpochMs,
): Outcome<TapeQuestion> {
  if (!Object.hasOwn(PARAMETERS, path))
    return fail(
      'not-found',
      `There is no such path. There are /api/v1/${PATHS.join(', /api/v1/')}.`,
    )
  const what = path as TapeQuestion['what']
  const wrong = wrongName(PARAMETERS[what], query)
  if (wrong !== null) return fail('invalid', wrong)
  return what === 'markets' ? ok({ what }) : readRows(what, query, now)
}

const PATHS = Object.keys(PARAMETERS)

function wrongName(allowed: readonly string[], query: URLSearchParams): string | null {
  const names = [...query.keys()].filter((name) => name !== 'token')
  const strange = names.find((name) => !allowed.includes(name))
  if (strange !== undefined) {
    const list = allowed.length === 0 ? 'none' : allowed.join(', ')
    return `The parameter "${strange.slice(0, 40)}" is not known here. Allowed: ${list}.`
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  return twice === undefined ? null : `The parameter "${twice}" is given twice.`
}

function readRows(
  what: 'candles' | 'trades',
  query: URLSearchParams,
  now: EpochMs,
): Outcome<TapeQuestion> {
  const market = parseMarketId(query.get('market') ?? '')?.id
  if (market === undefined)
    return fail('invalid', 'market is missing or none: write market=venue:BASE-QUOTE.')
  const from = parseInstant(query.get('from') ?? '')
  if (from === undefined) return fail('invalid', `from is missing or no time: ${TIMES}`)
  const to = query.has('to') ? parseInstant(query.get('to') ?? '') : epochMs(now + 1)
  if (to === undefined) return fail('invalid', `to is no time: ${TIMES}`)
  if (from > now) return fail('invalid', 'from lies in the future: nothing is recorded there yet.')
  if (from >= to) return fail('invalid', 'from must be before to.')
  const limit = wholeNumber(query.get('limit') ?? String(DEFAULT_ROWS))
  if (limit === undefined) return fail('invalid', `limit is a whole number, 1 to ${MOST_ROWS}.`)
  const format = choice(FORMATS, query.get('format') ?? (what === 'candles' ? 'json' : 'ndjson'))
  if (format === undefined) return fail('invalid', `format is one of ${FORMATS.join(', ')}.`)
  const rows = { market, from, to, limit, format }
  if (what === 'trades') return ok({ what, ...rows })
  const interval = choice(INTERVALS, query.get('interval') ?? '1m')
  if (interval === undefined) return fail('invalid', `interval is one of ${INTERVALS.join(', ')}.`)
  return ok({ what, ...rows, interval })
}

const TIMES = 'write 2026-01-31T12:00:00Z or epoch milliseconds (13 digits).'

const choice = <Word extends string>(words: readonly Word[], text: string): Word | undefined =>
  words.find((word) => word === text)

function wholeNumber(text: string): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= MOST_ROWS ? value : undefined
}
