import { z } from 'zod'
import {
  INTERVALS,
  type Interval,
  MOST_BARS,
  RESOLUTIONS,
  type Resolution,
} from '../domain/candle.ts'
import type { VenueId } from '../domain/market.ts'
import { parseMarketId } from '../domain/market.ts'
import { epochMs } from '../domain/time.ts'
import { alertSchemas } from './alert-schemas.ts'
import { analysisSchemas } from './analysis-schemas.ts'
import type { CommandName, Commands, TopicName, Topics } from './contract.ts'
import { FILE_FORMATS, MOST_EXPORT_MARKETS } from './export.ts'
import { marketText } from './market-text.ts'
import type { Settings } from './status.ts'

const text = z.string().max(200)
const market = marketText
const venue = text.regex(/^[a-z][a-z0-9]*$/).transform((value) => value as VenueId)
const interval = z.enum(Object.keys(INTERVALS) as [Interval, ...Interval[]])
const resolution = z.enum(Object.keys(RESOLUTIONS) as [Resolution, ...Resolution[]])
const nothing = z.strictObject({})

const time = z.int().min(0).transform(epochMs)

const proxy = z.strictObject({
  mode: z.enum(['system', 'none', 'manual']),
  url: z.string().max(500),
})

const venueNetwork = z.strictObject({
  proxy: proxy.optional(),
  host: z.string().max(300).optional(),
  transport: z.enum(['auto', 'rest']).optional(),
})

const way = z.strictObject({
  id: z.string().min(1).max(40),
  kind: z.enum(['websocket', 'rest', 'relay']),
  intervalMs: z.int().min(100).max(3_600_000).optional(),
  url: z.string().max(500).optional(),
})

export const loadCaps = z.strictObject({
  cpuPercent: z.int().min(5).max(6_400).nullable(),
  memoryMegabytes: z.int().min(128).max(1_000_000).nullable(),
})

/** How long raw trades are kept; also in the config file, where each may be left out. */
export const storageLimits = z.strictObject({
  budgetBytes: z.int().min(1_000_000).max(1e15).nullable(),
  keepDays: z.int().min(1).max(36_500).nullable(),
  keepDaysByMarket: z.record(
    z
      .string()
      .max(200)
      .refine((name) => parseMarketId(name)?.id === name, 'a market is written venue:BASE-QUOTE'),
    z.int().min(1).max(36_500),
  ),
})

export const settingsPatch = z.strictObject({
  batchSize: z.int().min(1).max(50_000).optional(),
  batchMs: z.int().min(10).max(900).optional(),
  latencyWindowSeconds: z.int().min(10).max(3_600).optional(),
  catchUpHours: z.int().min(0).max(168).optional(),
  maxAttempts: z.int().min(1).max(100_000).nullable().optional(),
  pollSeconds: z.int().min(1).max(3_600).optional(),
  proxy: proxy.optional(),
  storage: storageLimits.optional(),
  venues: (
    z.record(z.string().max(40), venueNetwork) as unknown as z.ZodType<Settings['venues']>
  ).optional(),
  load: loadCaps.optional(),
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
  'history.bars': z.strictObject({
    market,
    from: time,
    to: time,
    resolution: resolution.optional(),
    bars: z.int().min(1).max(MOST_BARS).optional(),
  }) as z.ZodType<Commands['history.bars']['input']>,
  'history.around': z.strictObject({
    market,
    at: time,
    before: z.int().min(0).max(5_000),
    after: z.int().min(0).max(5_000),
  }),
  'export.start': z.strictObject({
    markets: z.array(market).min(1).max(MOST_EXPORT_MARKETS),
    from: time,
    to: time,
    format: z.enum(FILE_FORMATS),
  }),
  'export.cancel': nothing,
  'ledger.minutes': z.strictObject({ market, from: time, to: time }),
  'ledger.gaps': z.strictObject({
    market: market.optional(),
    from: time.optional(),
    to: time.optional(),
    limit: z.int().min(1).max(10_000),
  }) as z.ZodType<Commands['ledger.gaps']['input']>,
  'ledger.retry': z.strictObject({ gap: z.int().min(0) }),
  'ledger.cancel': z.strictObject({ gap: z.int().min(0).optional() }) as z.ZodType<
    Commands['ledger.cancel']['input']
  >,
  'lab.start': z.strictObject({ market, ways: z.array(way).min(1).max(8) }) as z.ZodType<
    Commands['lab.start']['input']
  >,
  'lab.stop': nothing,
  'latency.screen': z.strictObject({
    venue,
    received: z.array(z.number()).max(1_000),
    painted: z.array(z.number()).max(1_000),
  }),
  'network.try': z.strictObject({
    venue,
    network: venueNetwork,
    password: z.string().max(500).optional(),
  }) as z.ZodType<Commands['network.try']['input']>,
  'network.password': z.strictObject({
    url: z.string().max(500),
    password: z.string().max(500),
  }),
  'storage.report': nothing,
  'storage.preview': storageLimits,
  ...alertSchemas,
  ...analysisSchemas,
  'replay.start': z.strictObject({
    markets: z.array(market).min(1).max(50),
    from: time,
    to: time,
    order: z.enum(['received', 'exchange']),
    faults: z
      .strictObject({
        seed: z.int(),
        drop: z.number().min(0).max(1),
        delayMs: z.number().min(0).max(3_600_000),
        skewMs: z.number().min(-600_000).max(600_000),
      })
      .optional(),
    alerts: z.boolean(),
  }) as z.ZodType<Commands['replay.start']['input']>,
  'replay.act': z.union([
    z.strictObject({ do: z.enum(['play', 'pause', 'stop']) }),
    z.strictObject({
      do: z.literal('pace'),
      pace: z.union([z.number().min(0.1).max(1_000), z.literal('max')]),
    }),
    z.strictObject({ do: z.literal('step'), by: z.enum(['trade', 'bar']) }),
    z.strictObject({ do: z.literal('seek'), to: time }),
  ]) as z.ZodType<Commands['replay.act']['input']>,
  'settings.get': nothing,
  'settings.set': settingsPatch as z.ZodType<Commands['settings.set']['input']>,
}

export const topicSchemas: { readonly [Name in TopicName]: z.ZodType<Topics[Name]['params']> } = {
  'venues.status': nothing,
  'engine.status': nothing,
  'markets.summary': nothing,
  'ledger.status': nothing,
  'latency.stages': nothing,
  'lab.status': nothing,
  'alerts.state': nothing,
  'alerts.fired': nothing,
  'alerts.rehearsal': nothing,
  'analysis.status': nothing,
  'export.status': nothing,
  'replay.status': nothing,
  'replay.tape': z.strictObject({ market }),
  'market.trades': z.strictObject({ market }),
  'market.tape': z.strictObject({ market }),
}
