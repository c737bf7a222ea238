// npm run build: packages as locked, then the build; --force builds although nothing changed.
import { rmSync } from 'node:fs'
import { at } from './parts/root.mjs'
import { runMain, say } from './parts/say.mjs'
import { prepare } from './setup.mjs'

runMain(async () => {
  if (process.argv.includes('--force')) rmSync(at('out', '.stamp'), { force: true })
  await prepare({ build: true, log: say })
  say('out/ is what the sources give')
  return 0
})
