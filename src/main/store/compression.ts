import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { BlockError } from './block-error.ts'

/** zstd cannot make more of a byte: a block of 128 KB takes at least four. */
const MOST_EXPANSION = 32_768
/** What a block may hold, not compressed. */
export const MOST_BYTES = 2 ** 28

/** The bytes compressed, or undefined where that saves nothing. */
export function squeeze(bytes: Uint8Array, level: number): Uint8Array | undefined {
  const packed = zstdCompressSync(bytes, {
    // Room for all of it, so that one call of the compressor will do.
    chunkSize: Math.max(64, bytes.length + (bytes.length >>> 7) + 128),
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: bytes.length,
  })
  return packed.length < bytes.length ? packed : undefined
}

/** The `length` bytes that were compressed. Throws BlockError when they are others, or more. */
export function expand(packed: Uint8Array, length: number): Uint8Array {
  if (length > MOST_BYTES || length > MOST_EXPANSION * packed.length)
    throw new BlockError('A block that claims to be larger than it can be')
  let bytes: Uint8Array
  try {
    bytes = zstdDecompressSync(packed, {
      chunkSize: Math.max(64, length + 1),
      maxOutputLength: Math.max(1, length),
    })
  } catch (cause) {
    throw new BlockError('A block that cannot be expanded', { cause })
  }
  if (bytes.length !== length) throw new BlockError('A block of another length than it says')
  return bytes
}
