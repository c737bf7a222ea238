import type { Finding } from './room-rules.ts'
import { withoutComments } from './source-text.ts'

/** A place that may name a venue, and why. */
export interface NamingPlace {
  readonly at: string
  readonly reason: string
  /** Only as this text: an example for people. */
  readonly only?: string
}

/**
 * Venue names in code: in strings, conditions, names. Comments may name them.
 * @param venues ids as in the list of venues
 */
export function venueNameFindings(
  sources: ReadonlyMap<string, string>,
  venues: readonly string[],
  places: readonly NamingPlace[],
): Finding[] {
  const name = new RegExp(venues.map(patternOf).join('|'), 'i')
  return [...sources].flatMap(([file, text]) => {
    const own = places.filter(({ at }) => (at.endsWith('/') ? file.startsWith(at) : file === at))
    if (own.some(({ only }) => only === undefined)) return []
    const code = own.reduce(
      (rest, { only = '' }) => rest.replaceAll(only, ''),
      withoutComments(text),
    )
    return code.split('\n').flatMap((line, index) => {
      const found = name.exec(line)?.[0]
      if (found === undefined) return []
      const where = `${file}:${index + 1}`
      return [
        {
          where,
          message: `${where} names the venue "${found}". Shared code knows no venue: say what differs in venues/venue.ts for all of them (docs/ADD_A_VENUE.md), or take the list at run time.`,
        },
      ]
    })
  })
}

/** Venues whose name is an English word: those are found where code can only mean the venue. */
const ENGLISH = ['gate']

const patternOf = (venue: string): string =>
  ENGLISH.includes(venue) ? `['"\`]${venue}(?:['"\`]|:[A-Z])` : venue

export interface Length {
  readonly file: string
  readonly lines: number
}

/** Files above `limit` lines, longest first. */
export function longFiles(sources: ReadonlyMap<string, string>, limit: number): Length[] {
  return [...sources]
    .map(([file, text]) => ({ file, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > limit)
    .sort((a, b) => b.lines - a.lines)
}
