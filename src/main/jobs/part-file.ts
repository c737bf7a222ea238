import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { diskCode } from '../../shared/domain/disk-codes.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { partOf } from './task.ts'

/** A file that appears under its name only when it is whole. For a thread of its own: it blocks. */
export class PartFile {
  readonly #path: string
  readonly #file: number

  private constructor(path: string, file: number) {
    this.#path = path
    this.#file = file
  }

  /** Fails with `invalid`, `storage-full`, `storage-read-only` or `unavailable`. */
  static open(path: string): Outcome<PartFile> {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      return fail('invalid', `${path} is a folder`)
    try {
      return ok(new PartFile(path, openSync(partOf(path), 'w')))
    } catch (error) {
      return notWritten(path, error)
    }
  }

  /**
   * Runs `fill`, which gets the function that writes, and gives the file its name. When anything
   * goes wrong, `fill` throws or the result is a failure, nothing stays and an older file of that
   * name is as it was.
   */
  fill<T>(fill: (write: (bytes: Uint8Array) => void) => Outcome<T>): Outcome<T> {
    let whole = false
    try {
      const result = fill((bytes) => this.#write(bytes))
      if (result.ok) {
        this.#sync()
        whole = true
      }
      return result
    } catch (error) {
      if (error instanceof WriteError) return notWritten(this.#path, error.cause)
      throw error
    } finally {
      if (!whole) this.#discard()
    }
  }

  #write(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
    } catch (error) {
      throw new WriteError('write', { cause: error })
    }
  }

  #sync(): void {
    try {
      fsyncSync(this.#file)
      closeSync(this.#file)
      renameSync(partOf(this.#path), this.#path)
    } catch (error) {
      throw new WriteError('sync', { cause: error })
    }
  }

  #discard(): void {
    try {
      closeSync(this.#file)
    } catch {
      // Closed already, or the disk is gone.
    }
    rmSync(partOf(this.#path), { force: true })
  }
}

/** Tells trouble with the file from trouble with the tape. */
class WriteError extends Error {}

function notWritten(path: string, error: unknown) {
  const message = error instanceof Error ? error.message : String(error)
  return fail(diskCode(error), `cannot write ${partOf(path)}: ${message}`)
}
