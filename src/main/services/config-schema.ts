import { z } from 'zod'
import { loadCaps, settingsPatch, storageLimits } from '../../shared/contract/schemas.ts'
import { parseMarketId } from '../../shared/domain/market.ts'

const isAddress = (text: string): boolean => URL.canParse(text) && new URL(text).hostname !== ''

const market = z
  .string()
  .max(200)
  .regex(/^[A-Za-z][A-Za-z0-9]*:[^\s:]+-[^\s:-]+$/)
  .meta({ description: 'a market, written venue:BASE-QUOTE as in okx:BTC-USDT' })

const venueAddress = z.strictObject({
  enabled: z.boolean().meta({ description: 'true or false' }).optional(),
  ws: z
    .string()
    .regex(/^wss?:\/\//)
    .refine(isAddress)
    .meta({ description: 'an address that begins with ws:// or wss://' })
    .optional(),
  rest: z
    .string()
    .regex(/^https?:\/\//)
    .refine(isAddress)
    .meta({ description: 'an address that begins with http:// or https://' })
    .optional(),
})

const batch = z.strictObject({
  size: settingsPatch.shape.batchSize
    .unwrap()
    .meta({ description: 'a whole number of trades, 1 to 50000' })
    .optional(),
  ms: settingsPatch.shape.batchMs
    .unwrap()
    .meta({ description: 'a whole number of milliseconds, 10 to 900' })
    .optional(),
})

const load = z.strictObject({
  cpuPercent: loadCaps.shape.cpuPercent
    .meta({ description: 'a whole percentage of one core, 5 to 6400, or null' })
    .optional(),
  memoryMegabytes: loadCaps.shape.memoryMegabytes
    .meta({ description: 'a whole number of megabytes, 128 to 1000000, or null' })
    .optional(),
})

const days = z.int().min(1).max(36_500).meta({ description: 'a whole number of days, 1 to 36500' })

const storage = z.strictObject({
  budgetBytes: storageLimits.shape.budgetBytes
    .unwrap()
    .meta({ description: 'a whole number of bytes, 1000000 or more' })
    .optional(),
  keepDays: days.optional(),
  keepDaysByMarket: z
    .record(market, days)
    .meta({ description: 'an object with days for markets, as {"okx:BTC-USDT": 30}' })
    .optional(),
})

/** The shape of a config file, strict to the last key, for the venues that there are. */
export function configSchema(venues: readonly string[]) {
  const known = venues.join(', ')
  return z.strictObject({
    $schema: z.string().meta({ description: 'text: where an editor finds this schema' }).optional(),
    markets: z
      .array(
        market.superRefine((text, context) => {
          const venue = parseMarketId(text)?.venue
          if (venue !== undefined && !venues.includes(venue))
            context.addIssue({
              code: 'custom',
              params: { says: `names the venue ${venue}, which is not known; allowed: ${known}` },
            })
        }),
      )
      .max(1_000)
      .meta({ description: 'a list of markets, as ["okx:BTC-USDT"]' })
      .optional(),
    venues: z
      .strictObject(Object.fromEntries(venues.map((venue) => [venue, venueAddress.optional()])))
      .meta({ description: `an object with a key for each venue to be set: ${known}` })
      .optional(),
    batch: batch.meta({ description: 'an object with size and ms' }).optional(),
    storage: storage
      .meta({ description: 'an object with budgetBytes, keepDays and keepDaysByMarket' })
      .optional(),
    latencyWindowSeconds: settingsPatch.shape.latencyWindowSeconds
      .unwrap()
      .meta({ description: 'a whole number of seconds, 10 to 3600' })
      .optional(),
    load: load.meta({ description: 'an object with cpuPercent and memoryMegabytes' }).optional(),
  })
}

export type Config = z.infer<ReturnType<typeof configSchema>>

/** The same shape for editors and other programs: JSON Schema 2020-12. */
export function configJsonSchema(venues: readonly string[]): object {
  return {
    title: 'Tapedeck configuration',
    ...z.toJSONSchema(configSchema(venues), { io: 'input' }),
  }
}
