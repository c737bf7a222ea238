import { z } from 'zod'
import type { AlertId } from '../domain/alert.ts'
import { epochMs } from '../domain/time.ts'
import type { Commands } from './contract.ts'

const time = z.int().min(0).transform(epochMs)
const minute = z.int().min(0).max(1_439)
const id = z
  .string()
  .min(1)
  .max(100)
  .transform((value) => value as AlertId)
const channel = z.enum(['desktop', 'webhook', 'telegram'])

export const alertDraft = z.strictObject({
  name: z.string().max(200),
  expr: z.string().max(4_096),
  severity: z.enum(['info', 'warning', 'critical']),
  cooldownMs: z.int().min(0).max(31_536_000_000),
  rearm: z.enum(['auto', 'once']),
  hysteresis: z.number().min(0).max(1).optional(),
  schedule: z
    .strictObject({
      days: z.array(z.int().min(0).max(6)).max(7),
      from: minute,
      to: minute,
      zone: z.string().max(100),
    })
    .optional(),
  expiresAt: time.nullable(),
  channels: z.array(channel).max(3),
})

type AlertCommand = Extract<keyof Commands, `alerts.${string}`>

/** What the commands of alerts accept. */
export const alertSchemas = {
  'alerts.save': z.strictObject({ id: id.optional(), draft: alertDraft }),
  'alerts.arm': z.strictObject({ id, armed: z.boolean() }),
  'alerts.remove': z.strictObject({ id }),
  'alerts.log': z.strictObject({
    limit: z.int().min(1).max(1_000),
    before: z.int().min(0).optional(),
    alert: id.optional(),
    from: time.optional(),
    to: time.optional(),
  }),
  'alerts.seen': z.strictObject({}),
  'alerts.pause': z.strictObject({ until: time.nullable() }),
  'alerts.delivery': z.strictObject({}),
  'alerts.deliver': z.strictObject({
    channel: z.enum(['webhook', 'telegram']),
    address: z.string().max(2_000),
    chat: z.string().max(200).optional(),
  }),
  'alerts.try': z.strictObject({ channel }),
  'alerts.rehearse': z.strictObject({ draft: alertDraft, from: time, to: time }),
  'alerts.rehearse.cancel': z.strictObject({}),
} as unknown as { readonly [Name in AlertCommand]: z.ZodType<Commands[Name]['input']> }
