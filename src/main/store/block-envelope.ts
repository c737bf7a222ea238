import { crc32 } from 'node:zlib'
import { BlockError } from './block-error.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** First byte of a block: what it is. */
export const BLOCK = { log: 0x4c, segment: 0x53 } as const
export type BlockKind = (typeof BLOCK)[keyof typeof BLOCK]

/** Second byte. A change of anything in docs/tape-format.md makes a new one. */
export const BLOCK_VERSION = 1

/** Kind, version, and the CRC-32 of all that follows. */
const ENVELOPE = 6

/** Begins a block: `closeBlock` makes its CRC. */
export function beginBlock(out: ByteWriter, kind: BlockKind): void {
  out.clear()
  out.byte(kind)
  out.byte(BLOCK_VERSION)
  out.reserve(4)
}

/** The finished block, in memory of its own. */
export function closeBlock(out: ByteWriter): Uint8Array {
  const block = out.bytes.slice(0, out.length)
  new DataView(block.buffer).setUint32(2, crc32(block.subarray(ENVELOPE)), true)
  return block
}

/** What is in a block. Throws BlockError for another kind or version and for damaged bytes. */
export function openBlock(block: Uint8Array, kind: BlockKind): ByteReader {
  if (block.length < ENVELOPE) throw new BlockError('Too short for a block of the tape')
  if (block[0] !== kind) throw new BlockError('Not the kind of block that was asked for')
  const version = block[1] ?? 0
  if (version !== BLOCK_VERSION)
    throw new BlockError(
      `A block of version ${version}; this program reads version ${BLOCK_VERSION}`,
    )
  const sum = new DataView(block.buffer, block.byteOffset).getUint32(2, true)
  if (sum !== crc32(block.subarray(ENVELOPE)))
    throw new BlockError('The checksum of a block does not agree with its bytes')
  return new ByteReader(block, ENVELOPE, block.length)
}
