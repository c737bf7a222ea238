import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { storageFailure } from '../store/storage-failure.ts'
import { openForWriting } from '../store/store-server.ts'
import { FileFailure, Import } from './import-files.ts'
import { type ImportSource, openSource } from './import-source.ts'
import type { ImportResult, ImportTask } from './import-task.ts'
import { RefusedRows } from './refused-rows.ts'
import { type JobContext, Stopped } from './task.ts'

/**
 * Takes trades of files into a tape, as its only writer. Each batch is whole on the disk or not at all, so
 * that it can be broken off at any moment; what was taken stays, and the same again goes on from there.
 * Fails with `busy` while somebody records into it, `invalid` for a file of no known format or one that
 * cannot be read to its end.
 */
export async function runImport(
  task: ImportTask,
  context: JobContext,
): Promise<Outcome<ImportResult>> {
  const sources: ImportSource[] = []
  for (const file of task.files) {
    const source = await openSource(task, file)
    if (!source.ok) return source
    sources.push(source.value)
  }
  const refused = RefusedRows.open(task.report)
  if (!refused.ok) return refused
  const store = openForWriting(task.path)
  if (!store.ok) return store
  try {
    return ok(await new Import(task, context, store.value, refused.value).run(sources))
  } catch (error) {
    if (error instanceof Stopped) throw error
    if (error instanceof FileFailure) return fail('invalid', `${error.message}. ${STAYS}`)
    const { code, message } = storageFailure(error)
    return fail(code, `${message} ${STAYS}`)
  } finally {
    refused.value.close()
    store.value.close()
  }
}

const STAYS = 'What was taken until then stays on the tape; the same command goes on from there.'
