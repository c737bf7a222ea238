import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import {
  type Manifest,
  MarketTally,
  manifestOf,
  readManifest,
} from '../services/export/manifest.ts'
import { emptyRow } from '../services/import/text-format.ts'
import { openSource, SourceError } from './import-source.ts'
import type { CheckTask, JobContext, TaskResults } from './task.ts'

const LOOK_EVERY = 4_096

/** Holds an exported file against its manifest: the hash, then what is in it, market by market. */
export async function runCheck(
  task: CheckTask,
  context: JobContext,
): Promise<Outcome<TaskResults['check']>> {
  const manifest = manifestFor(task.file)
  if (!manifest.ok) return manifest
  const source = await openSource(
    { market: null, format: 'tapedeck', archives: [], now: Number.MAX_SAFE_INTEGER / 2 },
    task.file,
  )
  if (!source.ok && manifest.value.trades > 0) return source
  const differences: string[] = []
  const differ = (what: string, said: unknown, found: unknown): void => {
    const [one, other] = [JSON.stringify(said), JSON.stringify(found)]
    if (one !== other) differences.push(`${what}: the manifest says ${one}, the file has ${other}`)
  }
  const { bytes, sha256 } = await hashOf(task.file, context)
  differ('bytes', manifest.value.bytes, bytes)
  differ('sha256', manifest.value.sha256, sha256)
  const tally = new MarketTally()
  const row = emptyRow()
  let rows = 0
  let unread = 0
  const take = (_: number, reason: string | null): void => {
    rows += 1
    if (rows % LOOK_EVERY === 0) {
      context.check()
      context.progress('check', rows)
    }
    if (reason === null) tally.add(row.market, row.id, row.exchangeTime)
    else unread += 1
  }
  try {
    if (source.ok) await source.value.read(0, row, take)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    differences.push(`it cannot be read to its end: ${error.message}`)
  }
  if (unread > 0) differences.push(`${unread} rows cannot be read`)
  differ('trades', manifest.value.trades, rows)
  const said = manifest.value.markets.map(({ market, trades, first, last }) => ({
    ...{ market, trades, first, last },
  }))
  for (const { market, ...of } of said)
    differ(market, of, withoutMarket(tally.all().find((each) => each.market === market)))
  for (const { market } of tally.all())
    if (!said.some((each) => each.market === market))
      differences.push(`${market} is not in the manifest`)
  return ok({ trades: rows, differences })
}

const withoutMarket = (of: ReturnType<MarketTally['all']>[number] | undefined) =>
  of === undefined ? null : { trades: of.trades, first: of.first, last: of.last }

function manifestFor(file: string): Outcome<Manifest> {
  const path = manifestOf(file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return fail('not-found', `${path} cannot be read: without it there is nothing to check against`)
  }
  const manifest = readManifest(text)
  return manifest === null
    ? fail('invalid', `${path} is no manifest of a version that is known`)
    : ok(manifest)
}

async function hashOf(
  file: string,
  context: JobContext,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    context.check()
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, sha256: hash.digest('hex') }
}
