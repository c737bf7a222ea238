// npm run bench -- <name>|all [options]: runs tests/bench/<name>.ts under Node 24. See docs/bench.md.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { toolEnvironment } from './parts/process.mjs'
import { at, root } from './parts/root.mjs'
import { Problem, runMain, say, seconds } from './parts/say.mjs'
import { prepare } from './setup.mjs'

const OPTIONS =
  '[--trades N] [--rounds N] [--only PARTS] [--venues V] [--minutes N] [--tape FILE] [--json] [--record]'
const folder = at('tests', 'bench')

runMain(async () => {
  const names = benchmarks()
  const [wanted, ...rest] = process.argv.slice(2)
  if (wanted === undefined || wanted.startsWith('-')) {
    process.stdout.write(`npm run bench -- <name>|all ${OPTIONS}\nnames: ${names.join(', ')}\n`)
    return wanted === undefined || wanted === '--help' ? 0 : 2
  }
  const chosen = wanted === 'all' ? names : names.filter((name) => name === wanted)
  if (chosen.length === 0)
    throw new Problem(`there is no benchmark ${wanted}`, `There are: ${names.join(', ')}, all`)
  const { node } = await prepare({ build: true, log: say })
  let failed = 0
  for (const name of chosen) {
    const started = Date.now()
    say(`bench ${name}: leave the machine alone while it runs …`)
    const file = at('tests', 'bench', `${name}.ts`)
    const { status } = spawnSync(node, [file, ...rest], {
      cwd: root,
      env: toolEnvironment(),
      stdio: 'inherit',
    })
    if (status !== 0) failed += 1
    say(
      `bench ${name}: ${status === 0 ? 'done' : `failed (code ${status})`}, ${seconds(Date.now() - started)}`,
    )
  }
  return failed === 0 ? 0 : 1
})

function benchmarks() {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -3))
    .sort()
}
