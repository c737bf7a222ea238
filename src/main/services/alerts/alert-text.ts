import type { AlertEvent, LateCause } from '../../../shared/contract/alerts.ts'

const CAUSES: Readonly<Record<LateCause, string>> = {
  asleep: 'the machine was asleep',
  'not-running': 'Tapedeck was not running',
  disconnected: 'the venue was not reached',
  'back-filled': 'its trades came afterwards',
}
/** Lines of a message about several firings. */
const MOST_LINES = 10

/** What a message to another program says, plain English: it goes to people and scripts. */
export function alertText(events: readonly AlertEvent[]): string {
  const [first] = events
  if (first === undefined) return ''
  const lines = events.slice(0, MOST_LINES).map(lineOf)
  const more = events.length - lines.length
  const title =
    events.length === 1 ? first.name : `${first.name}: ${events.length.toLocaleString('en')} times`
  return [title, ...lines, ...(more > 0 ? [`and ${more.toLocaleString('en')} more`] : [])].join(
    '\n',
  )
}

function lineOf({ at, market, price, late, expr }: AlertEvent): string {
  const time = new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')
  const where = Number.isFinite(price) ? ` at ${price}` : ''
  return late === null
    ? `${market}${where}, ${time}: ${expr}`
    : `${market} would have fired at ${time}${where}; ${CAUSES[late.cause]}`
}
