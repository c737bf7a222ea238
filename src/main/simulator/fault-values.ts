/** When a fault strikes: by chance, at a count or time once, or again and again. */
export type Trigger =
  | { readonly when: 'always' }
  | { readonly when: 'chance'; readonly probability: number }
  | { readonly when: 'frame'; readonly number: number; readonly again: boolean }
  | { readonly when: 'time'; readonly ms: number; readonly again: boolean }

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Reads `20s`, `500ms`, `1.5m`; `undefined` if it is no duration above zero. */
export function duration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  const unit = UNITS[match?.[2] ?? '']
  const ms = unit === undefined ? 0 : Number(match?.[1]) * unit
  return ms > 0 ? ms : undefined
}

export function wholeNumber(text: string | undefined, least: number): number | undefined {
  if (text === undefined || !/^-?\d{1,9}$/.test(text)) return undefined
  const value = Number(text)
  return value >= least ? value : undefined
}

/** Reads one of `p=0.05`, `at=10`, `at=10s`, `every=100`, `every=20s`; a text says what is wrong. */
export function readTrigger(keys: ReadonlyMap<string, string>): Trigger | string {
  const given = ['p', 'at', 'every'].filter((key) => keys.has(key))
  const key = given[0]
  if (key === undefined) return { when: 'always' }
  if (given.length > 1) return `give one of p, at and every, not ${given.join(' and ')}`
  const text = keys.get(key) ?? ''
  if (key === 'p') {
    const probability = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
    return probability > 0 && probability <= 1
      ? { when: 'chance', probability }
      : `p=${text} is not a probability above 0 and up to 1`
  }
  const again = key === 'every'
  const number = wholeNumber(text, 1)
  if (number !== undefined) return { when: 'frame', number, again }
  const ms = duration(text)
  if (ms !== undefined) return { when: 'time', ms, again }
  return `${key}=${text} is neither a number of frames (10) nor a time (500ms, 20s, 5m)`
}

/** Codes that the WebSocket protocol lets a server send. */
export const isCloseCode = (code: number): boolean =>
  (code >= 1_000 && code <= 1_014 && ![1_004, 1_005, 1_006].includes(code)) ||
  (code >= 3_000 && code <= 4_999)
