import { existsSync } from 'node:fs'
import { zstdCompressSync } from 'node:zlib'
import type { PlainTrade } from './plain.ts'

/** The part of `hyparquet-writer` that is used. */
interface Writer {
  parquetWriteBuffer(options: {
    readonly columnData: readonly object[]
    readonly codec: string
    readonly compressors: Readonly<Record<string, (input: Uint8Array) => Uint8Array>>
    readonly rowGroupSize: number
    readonly statistics: boolean
  }): ArrayBuffer
}

const NAME = 'hyparquet-writer'
const PEER = new URL(
  '../../../.cache/bench-peers/node_modules/hyparquet-writer/src/index.js',
  import.meta.url,
)
export const NO_WRITER = `no writer: npm install --prefix .cache/bench-peers ${NAME}@0.17.0`

/**
 * Size of the same trades as Parquet with zstd, bytes: sorted by market and time, as a segment would
 * be; the smaller of two encodings. Null when no writer is installed.
 */
export async function parquetBytes(trades: readonly PlainTrade[]): Promise<number | null> {
  const writer = await load()
  if (writer === null) return null
  const sorted = [...trades].sort((a, b) =>
    a.market < b.market ? -1 : a.market > b.market ? 1 : a.time - b.time,
  )
  const counted = sorted.every(({ id }) => Number.isSafeInteger(Number(id)))
  const whole = { type: 'INT64', encoding: 'DELTA_BINARY_PACKED', nullable: false }
  const sizes = [{}, { encoding: 'BYTE_STREAM_SPLIT' }].map(
    (number) =>
      writer.parquetWriteBuffer({
        columnData: [
          {
            name: 'market',
            data: sorted.map(({ market }) => market),
            type: 'STRING',
            nullable: false,
          },
          { name: 'ts', data: sorted.map(({ time }) => BigInt(time)), ...whole },
          counted
            ? { name: 'id', data: sorted.map(({ id }) => BigInt(id)), ...whole }
            : { name: 'id', data: sorted.map(({ id }) => id), type: 'UUID', nullable: false },
          {
            name: 'price',
            data: sorted.map(({ price }) => Number(price)),
            type: 'DOUBLE',
            nullable: false,
            ...number,
          },
          {
            name: 'qty',
            data: sorted.map(({ qty }) => Number(qty)),
            type: 'DOUBLE',
            nullable: false,
            ...number,
          },
          { name: 'buy', data: sorted.map(({ buy }) => buy), type: 'BOOLEAN', nullable: false },
          { name: 'recv', data: sorted.map(({ receivedAt }) => BigInt(receivedAt)), ...whole },
        ],
        codec: 'ZSTD',
        compressors: { ZSTD: (input) => zstdCompressSync(input) },
        rowGroupSize: 100_000,
        statistics: true,
      }).byteLength,
  )
  return Math.min(...sizes)
}

async function load(): Promise<Writer | null> {
  try {
    return (await import(NAME)) as Writer
  } catch {
    return existsSync(PEER) ? ((await import(PEER.href)) as Writer) : null
  }
}
