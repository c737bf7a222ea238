import { z } from 'zod'
import { ANALYSES } from '../domain/analysis.ts'
import { parseMarketId } from '../domain/market.ts'
import { epochMs } from '../domain/time.ts'
import type { Commands } from './contract.ts'
import { marketText } from './market-text.ts'

const SECURE = /^https:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[^\s?#@\\]*)?$/iu
const ON_THIS_MACHINE = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/[^\s?#@\\]*)?$/iu

/** https anywhere; plain http on this machine only, where nobody listens in. No name, password, query or fragment. */
export const isBaseUrl = (text: string): boolean => SECURE.test(text) || ON_THIS_MACHINE.test(text)

const nothing = z.strictObject({})
const time = z.int().min(0).transform(epochMs)
const kind = z.enum(ANALYSES)
const language = z.enum(['en', 'zh-CN', 'vi'])

const baseUrl = z
  .string()
  .max(300)
  .refine(
    isBaseUrl,
    'it must be an address that begins with https:// (http:// on this machine only)',
  )
const model = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^\p{C}\s]+$/u, 'a model is one word')
const kindSettings = z.strictObject({ on: z.boolean(), model })
const schedule = z.strictObject({
  kinds: z.array(kind).max(ANALYSES.length),
  everyMs: z.int().min(1_000).max(86_400_000).nullable(),
  everyTrades: z.int().min(1).max(10_000_000).nullable(),
  onAlert: z.boolean(),
})
const price = z.strictObject({
  model,
  prompt: z.number().min(0).max(100_000),
  completion: z.number().min(0).max(100_000),
  dated: z.string().max(20).nullable(),
})

export const analysisLimits = z.strictObject({
  requestsPerSecond: z.number().min(0.1).max(1_000),
  requestsPerMinute: z.int().min(1).max(60_000).nullable(),
  tokensPerDay: z.int().min(0).max(1e12).nullable(),
  moneyPerDay: z.number().min(0).max(1e6).nullable(),
})

export const analysisPatch = z.strictObject({
  preset: z.enum(['holysheep', 'openai', 'local', 'other']).optional(),
  baseUrl: baseUrl.optional(),
  kinds: z
    .strictObject({ anomaly: kindSettings, sentiment: kindSettings, signal: kindSettings })
    .optional(),
  schedules: z
    .record(
      z
        .string()
        .max(200)
        .refine((name) => parseMarketId(name)?.id === name, 'a market is written venue:BASE-QUOTE'),
      schedule,
    )
    .optional(),
  limits: analysisLimits.optional(),
  prices: z.array(price).max(500).optional(),
  deadlineMs: z.int().min(1_000).max(600_000).optional(),
  maxTokens: z.int().min(50).max(100_000).optional(),
  language: language.optional(),
})

const request = z.strictObject({
  market: marketText,
  kind,
  at: time.optional(),
  language: language.optional(),
}) as z.ZodType<Commands['analysis.run']['input']>

/** What the commands of the AI analyses accept. */
export const analysisSchemas = {
  'analysis.run': request,
  'analysis.figures': request,
  'analysis.dry': request,
  'analysis.cancel': z.strictObject({ market: marketText, kind }),
  'analysis.log': z.strictObject({
    limit: z.int().min(1).max(1_000),
    before: z.int().min(0).optional(),
    market: marketText.optional(),
    kind: kind.optional(),
    from: time.optional(),
    to: time.optional(),
  }) as z.ZodType<Commands['analysis.log']['input']>,
  'analysis.scores': nothing,
  'analysis.spending': z.strictObject({ days: z.int().min(1).max(400) }),
  'analysis.configure': analysisPatch as z.ZodType<Commands['analysis.configure']['input']>,
  // A key is one line of visible ASCII: anything else could not be sent in a header, and is a slip of the clipboard.
  'analysis.key': z.strictObject({
    key: z
      .string()
      .max(500)
      .regex(/^[\x21-\x7e]*$/, 'a key has no spaces, line ends or letters beyond ASCII'),
  }),
  'analysis.models': nothing,
}
