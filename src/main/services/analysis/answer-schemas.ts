import { z } from 'zod'
import type { AnalysisKind } from '../../../shared/domain/analysis.ts'

/** No price, volume or ratio is larger; a double could not hold its decimals. */
const LARGEST = 1e15
/** More targets than a signal can need. */
export const MOST_TARGETS = 5

const number = z.number().min(-LARGEST).max(LARGEST)
const reason = z.string().min(1)

/** What an answer has to be, checked here whatever the provider says that it checked. */
export const answers = {
  anomaly: z.strictObject({
    reason,
    anomalous: z.boolean(),
    deviationPercent: number.nullable(),
    volatilityPercent: number.nullable(),
  }),
  sentiment: z.strictObject({
    reason,
    sentiment: z.enum(['bullish', 'neutral', 'bearish']),
    buySellRatio: number.nullable(),
  }),
  signal: z.strictObject({
    reason,
    trend: z.enum(['up', 'down', 'sideways']),
    entry: number.nullable(),
    stop: number.nullable(),
    targets: z.array(number).max(MOST_TARGETS),
  }),
} as const

const NUMBER_OR_NULL = { type: ['number', 'null'] }
const REASON = { type: 'string' }

const object = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

const BODIES: Readonly<Record<AnalysisKind, Readonly<Record<string, unknown>>>> = {
  anomaly: object({
    reason: REASON,
    anomalous: { type: 'boolean' },
    deviationPercent: NUMBER_OR_NULL,
    volatilityPercent: NUMBER_OR_NULL,
  }),
  sentiment: object({
    reason: REASON,
    sentiment: { type: 'string', enum: ['bullish', 'neutral', 'bearish'] },
    buySellRatio: NUMBER_OR_NULL,
  }),
  signal: object({
    reason: REASON,
    trend: { type: 'string', enum: ['up', 'down', 'sideways'] },
    entry: NUMBER_OR_NULL,
    stop: NUMBER_OR_NULL,
    targets: { type: 'array', items: { type: 'number' } },
  }),
}

/**
 * The JSON schema of an answer as the strict mode of OpenAI's API wants it: every property required, none besides, null as
 * one of two types. `reason` comes first, so that it can be shown while the rest is written.
 */
export const answerSchemaOf = (
  kind: AnalysisKind,
): { readonly name: string; readonly body: Readonly<Record<string, unknown>> } => ({
  name: `${kind}_answer`,
  body: BODIES[kind],
})
