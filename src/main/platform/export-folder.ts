import { mkdir, readdir, rm, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { diskCode } from '../../shared/domain/disk-codes.ts'
import { fail, ok } from '../../shared/domain/outcome.ts'
import type { ExportFolder } from '../ports.ts'

/** A folder on disk, made when it is first needed. */
export function exportFolder(folder: string): ExportFolder {
  // Names never lead out of it, whoever made them.
  const path = (name: string): string => join(folder, basename(name))
  return {
    path,
    names: async () => {
      try {
        await mkdir(folder, { recursive: true })
        return ok(await readdir(folder))
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        return fail(
          diskCode(error),
          `The folder for exports ${folder} cannot be used: ${message}. Make room or let this user write there.`,
        )
      }
    },
    remove: async (names) => {
      await Promise.all(names.map((name) => rm(path(name), { force: true }).catch(() => {})))
    },
    freeBytes: () =>
      statfs(folder).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => null,
      ),
  }
}
