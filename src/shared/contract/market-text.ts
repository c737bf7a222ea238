import { z } from 'zod'
import { type MarketId, parseMarketId } from '../domain/market.ts'

/** A market as a client writes it; its id afterwards. */
export const marketText = z
  .string()
  .max(200)
  .transform((value, context): MarketId => {
    const parsed = parseMarketId(value)
    if (parsed === undefined) {
      context.addIssue({ code: 'custom', message: 'a market is written venue:BASE-QUOTE' })
      return z.NEVER
    }
    return parsed.id
  })
