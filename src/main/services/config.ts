import { z } from 'zod'
import { parseMarketId, type VenueId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { StorageLimits } from '../../shared/domain/storage.ts'
import { type Config, configSchema } from './config-schema.ts'
import type { EngineConfig, VenueAddress } from './engine-config.ts'

/**
 * Reads the text of a config file. A failure is one line that names the file, the key and what is
 * allowed: `config.json: venues.okx.wss is not known; allowed: enabled, ws, rest`.
 */
export function parseConfig(
  text: string,
  file: string,
  venues: readonly string[],
): Outcome<Config> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error)
    return fail('invalid', `${file}: this is not JSON: ${why}`)
  }
  const schema = configSchema(venues)
  const parsed = schema.safeParse(value)
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  return fail(
    'invalid',
    `${file}: ${issue === undefined ? 'not valid' : sentence(issue, schema, value)}`,
  )
}

/** What the shells add to a config file. */
type Given = Pick<
  EngineConfig,
  'dataDir' | 'demo' | 'onlyTheseMarkets' | 'version' | 'shell' | 'logLevel'
>

/** What the engine is told, from a config file and the command line. */
export function engineConfig(config: Config, given: Given): EngineConfig {
  const venues: Record<VenueId, VenueAddress> = {}
  for (const [id, address] of Object.entries(config.venues ?? {}))
    if (address !== undefined) venues[id as VenueId] = withoutGaps(address)
  return {
    ...given,
    markets: config.markets ?? [],
    venues,
    ...(config.batch?.size !== undefined && { batchSize: config.batch.size }),
    ...(config.batch?.ms !== undefined && { batchMs: config.batch.ms }),
    ...(config.storage !== undefined && { storage: limitsOf(config.storage) }),
    ...(config.latencyWindowSeconds !== undefined && {
      latencyWindowSeconds: config.latencyWindowSeconds,
    }),
    ...(config.load !== undefined && {
      load: {
        cpuPercent: config.load.cpuPercent ?? null,
        memoryMegabytes: config.load.memoryMegabytes ?? null,
      },
    }),
  }
}

/** Markets as the rest of the program spells them. */
const limitsOf = (storage: NonNullable<Config['storage']>): StorageLimits => ({
  budgetBytes: storage.budgetBytes ?? null,
  keepDays: storage.keepDays ?? null,
  keepDaysByMarket: Object.fromEntries(
    Object.entries(storage.keepDaysByMarket ?? {}).map(([name, each]) => [
      parseMarketId(name)?.id ?? name,
      each,
    ]),
  ),
})

const withoutGaps = ({
  enabled,
  ws,
  rest,
}: {
  readonly enabled?: boolean | undefined
  readonly ws?: string | undefined
  readonly rest?: string | undefined
}): VenueAddress => ({
  ...(enabled !== undefined && { enabled }),
  ...(ws !== undefined && { ws }),
  // The venues' paths begin with a slash.
  ...(rest !== undefined && { rest: rest.replace(/\/+$/, '') }),
})

type Path = readonly PropertyKey[]

/** The first thing that is wrong, in plain words. */
function sentence(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): string {
  const path = spelled(issue.path)
  const here = schemaAt(schema, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const key = spelled([...issue.path, issue.keys[0] ?? ''])
    const allowed = here instanceof z.ZodObject ? Object.keys(here.shape) : []
    return `${key} is not known; allowed: ${allowed.filter((name) => name !== '$schema').join(', ')}`
  }
  if (issue.code === 'custom' && typeof issue.params?.says === 'string')
    return `${path} ${issue.params.says}`
  const wanted = here?.meta()?.description ?? 'an object'
  return `${path === '' ? 'the whole' : path} must be ${wanted}; it is ${shown(valueAt(value, issue.path))}`
}

/** `venues.okx.ws`, `markets[0]`. */
const spelled = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')

function schemaAt(schema: unknown, path: Path): z.ZodType | undefined {
  let here = schema
  for (const key of path) {
    here = here instanceof z.ZodOptional ? here.unwrap() : here
    if (here instanceof z.ZodObject) here = here.shape[String(key)]
    else if (here instanceof z.ZodRecord) here = here.valueType
    else if (here instanceof z.ZodArray) here = here.element
    else return undefined
  }
  const found = here instanceof z.ZodOptional ? here.unwrap() : here
  return found instanceof z.ZodType ? found : undefined
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value
  for (const key of path)
    here =
      here !== null && typeof here === 'object' && Object.hasOwn(here, key)
        ? (here as Record<PropertyKey, unknown>)[key]
        : undefined
  return here
}

/** A wrong value, short enough for one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
