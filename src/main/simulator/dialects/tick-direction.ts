import type { MarketTape, Match } from '../tape.ts'

/** Up, unchanged after up, down, unchanged after down. */
export type TickDirection = 0 | 1 | 2 | 3

/** So many trades at one price are looked through for the price before. */
const LOOK_BACK = 50

/** How the price of a match stands to the one before it in its market. */
export function tickDirection(tape: MarketTape, match: Match): TickDirection {
  const previous = Number(match.seq - tape.listing.firstSeq) - 1
  const oldest = Math.max(tape.first, previous - LOOK_BACK)
  for (let number = previous; number >= oldest; number--) {
    const { ticks } = tape.at(number)
    if (ticks === match.ticks) continue
    const unchanged = number !== previous
    if (match.ticks > ticks) return unchanged ? 1 : 0
    return unchanged ? 3 : 2
  }
  return 1
}
