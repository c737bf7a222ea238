/**
 * Records into the database named by its argument, makes its disk read-only, and prints what opening
 * it says then. Only ever run with a private mount under the database.
 */

import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { openReader } from '../../src/main/store/reader.ts'
import { openForWriting } from '../../src/main/store/store-server.ts'
import { mustOpen, packed, run } from '../unit/store/store-kit.ts'

const path = process.argv[2] ?? ''
const store = mustOpen(path)
store.log.append({ batches: [packed(run(0, 100))], partials: [] })
store.close()
execFileSync('mount', ['-o', 'remount,ro', dirname(path)])
const codes = [openReader(path), openForWriting(path)].map((opened) =>
  opened.ok ? 'ok' : opened.failure.code,
)
process.stdout.write(JSON.stringify(codes))
