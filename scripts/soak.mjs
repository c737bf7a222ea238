// npm run soak -- [--minutes N] [--seed S] …: the app against simulated exchanges that misbehave.
import { spawnSync } from 'node:child_process'
import { toolEnvironment } from './parts/process.mjs'
import { at, root } from './parts/root.mjs'
import { runMain, say } from './parts/say.mjs'
import { prepare } from './setup.mjs'

runMain(async () => {
  const { node } = await prepare({ build: process.argv.includes('--built'), log: say })
  const { status } = spawnSync(node, [at('tests', 'soak', 'run.ts'), ...process.argv.slice(2)], {
    cwd: root,
    env: toolEnvironment(),
    stdio: 'inherit',
  })
  return status ?? 1
})
