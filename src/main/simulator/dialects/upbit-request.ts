import { isRecord, isStrings } from './dialect.ts'
import type { UpbitFormat } from './upbit-rows.ts'

/** What a request asks of one type of frames. */
export interface Wanted {
  readonly type: string
  readonly codes: readonly string[]
  readonly snapshot: boolean
  readonly realtime: boolean
}

export interface UpbitRequest {
  readonly wanted: readonly Wanted[]
  readonly format: UpbitFormat
}

export type UpbitError =
  | 'WRONG_FORMAT'
  | 'NO_TICKET'
  | 'NO_TYPE'
  | 'NO_CODES'
  | 'INVALID_PARAM'
  | 'TOO_MANY_REQUESTS'

const FORMATS: readonly UpbitFormat[] = ['DEFAULT', 'SIMPLE', 'JSON_LIST', 'SIMPLE_LIST']
/** Types that exist; of those only trades say anything here. */
const TYPES = /^(trade|ticker|orderbook|candle\.(1s|\d{1,3}m))$/

/** Reads a request array, or tells what is wrong with it. */
export function readRequest(request: unknown): UpbitRequest | UpbitError {
  if (!Array.isArray(request)) return 'WRONG_FORMAT'
  const items: readonly unknown[] = request
  const parts = items.filter(isRecord)
  if (parts.length !== items.length) return 'WRONG_FORMAT'
  const ticket = parts.find((part) => part.ticket !== undefined)?.ticket
  if (typeof ticket !== 'string' || ticket === '') return 'NO_TICKET'
  const format = parts.find((part) => part.format !== undefined)?.format ?? 'DEFAULT'
  const known = FORMATS.find((name) => name === format)
  if (known === undefined) return 'INVALID_PARAM'
  const wanted: Wanted[] = []
  for (const part of parts) {
    if (part.type === undefined) continue
    const { type, codes } = part
    if (typeof type !== 'string' || !TYPES.test(type)) return 'INVALID_PARAM'
    if (!isStrings(codes) || codes.length === 0) return 'NO_CODES'
    const onlySnapshot = (part.is_only_snapshot ?? part.isOnlySnapshot) === true
    const onlyRealtime = (part.is_only_realtime ?? part.isOnlyRealtime) === true
    wanted.push({ type, codes, snapshot: !onlyRealtime, realtime: !onlySnapshot })
  }
  return wanted.length === 0 ? 'NO_TYPE' : { wanted, format: known }
}
