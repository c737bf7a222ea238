/** Bytes of the tape that are not what they should be: damaged, cut off, or of a version not known here. */
export class BlockError extends Error {
  override readonly name = 'BlockError'
}
