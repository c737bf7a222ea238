import { z } from 'zod'
import { INTERVALS, type Interval } from '../domain/candle.ts'
import type { MarketId, VenueId } from '../domain/market.ts'
import { parseMarketId } from '../domain/market.ts'
import { epochMs } from '../domain/time.ts'
import type { CommandName, Commands, TopicName, Topics } from './contract.ts'

const text = z.string().max(200)
const market = text.transform((value, context): MarketId => {
  const parsed = parseMarketId(value)
  if (parsed === undefined) {
    context.addIssue({ code: 'custom', message: 'a market is written venue:BASE-QUOTE' })
    return z.NEVER
  }
  return parsed.id
})
const venue = text.regex(/^[a-z][a-z0-9]*$/).transform((value) => value as VenueId)
const interval = z.enum(Object.keys(INTERVALS) as [Interval, ...Interval[]])
const nothing = z.strictObject({})

export const settingsPatch = z.strictObject({
  batchSize: z.int().min(1).max(50_000).optional(),
  batchMs: z.int().min(10).max(900).optional(),
  latencyWindowSeconds: z.int().min(10).max(3_600).optional(),
})

/** What each command accepts. Checked in the engine, whatever shell the message came through. */
export const commandSchemas: {
  readonly [Name in CommandName]: z.ZodType<Commands[Name]['input']>
} = {
  'app.info': nothing,
  'app.mode': z.strictObject({ demo: z.boolean() }),
  'markets.search': z.strictObject({ text, limit: z.int().min(1).max(500) }),
  'markets.watch': z.strictObject({ market: text }),
  'markets.unwatch': z.strictObject({ market }),
  'venues.retry': z.strictObject({ venue }),
  'history.candles': z.strictObject({
    market,
    interval,
    before: z.int().min(0).transform(epochMs).optional(),
    limit: z.int().min(1).max(5_000),
  }) as z.ZodType<Commands['history.candles']['input']>,
  'history.trades': z.strictObject({ market, limit: z.int().min(1).max(5_000) }),
  'settings.get': nothing,
  'settings.set': settingsPatch as z.ZodType<Commands['settings.set']['input']>,
}

export const topicSchemas: { readonly [Name in TopicName]: z.ZodType<Topics[Name]['params']> } = {
  'venues.status': nothing,
  'engine.status': nothing,
  'markets.summary': nothing,
  'market.tape': z.strictObject({ market }),
}
