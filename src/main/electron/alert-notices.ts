import type { AlertEvent, LateCause } from '../../shared/contract/alerts.ts'
import type { ShellWords } from './words.ts'

/** More firings of one alert at once become one notification. */
const MOST_SINGLE = 5

/** A notification as the system shows it, and what it stands for. */
export interface Notice {
  readonly title: string
  readonly body: string
  readonly silent: boolean
  /** Stays until a person closes it, where the system can. */
  readonly critical: boolean
  readonly events: readonly AlertEvent[]
}

/** One notification for each firing; what was learned late, and floods, one for each alert. */
export function noticesOf(
  events: readonly AlertEvent[],
  words: ShellWords,
  timeOf: (at: number) => string,
): readonly Notice[] {
  const groups = Map.groupBy(events, ({ alert, late }) => `${alert} ${late === null ? '' : 'late'}`)
  return [...groups.values()].flatMap((group) => {
    const isLate = group[0]?.late !== null
    const together = group.length > 1 && (isLate || group.length > MOST_SINGLE)
    return together
      ? [notice(group, words, timeOf)]
      : group.map((event) => notice([event], words, timeOf))
  })
}

function notice(
  events: readonly AlertEvent[],
  words: ShellWords,
  timeOf: (at: number) => string,
): Notice {
  const [first] = events
  const name = first?.name ?? ''
  const severity = first?.severity ?? 'info'
  return {
    title: events.length === 1 ? name : words.times(name, events.length),
    body: events
      .slice(0, MOST_SINGLE)
      .map((event) => lineOf(event, words, timeOf))
      .join('\n'),
    silent: severity === 'info',
    critical: severity === 'critical',
    events,
  }
}

function lineOf(
  { market, price, at, late }: AlertEvent,
  words: ShellWords,
  timeOf: (at: number) => string,
): string {
  const what = Number.isFinite(price) ? `${market} ${price}` : market
  if (late === null) return `${what} – ${timeOf(at)}`
  return `${words.wouldHaveFired(what, timeOf(at))} – ${causeOf(late.cause, words)}`
}

function causeOf(cause: LateCause, words: ShellWords): string {
  switch (cause) {
    case 'asleep':
      return words.wasAsleep
    case 'not-running':
      return words.wasNotRunning
    case 'disconnected':
      return words.wasDisconnected
    case 'back-filled':
      return words.wasBackFilled
  }
}

/** The part of the page's address after `#` that shows a market's chart at a moment. */
export const chartAt = ({ market, at }: Pick<AlertEvent, 'market' | 'at'>): string =>
  `#chart?${new URLSearchParams({ market, at: String(at) }).toString()}`
