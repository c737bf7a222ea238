import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractArchive } from './asar.mjs'
import { oneLine } from './say.mjs'

const LIMIT_MS = 30_000

/**
 * Starts what was packed, taken out of its archive into a folder far from node_modules: the headless
 * server on the demo tape, under plain Node. Shows that nothing the program loads was left behind
 * (not that Electron loads it from inside the archive).
 * @param {string} node Node 24
 * @param {string} archive path of app.asar
 * @returns {Promise<string[]>} what is wrong
 */
export async function startProblems(node, archive) {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-packed-'))
  try {
    extractArchive(archive, folder)
    return await serveOnce(node, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function serveOnce(node, folder) {
  const args = ['serve', '--demo', '--data-dir', join(folder, 'data'), '--log-level', 'warn']
  const child = spawn(node, [join(folder, 'out', 'main', 'headless.js'), ...args], { cwd: folder })
  let output = ''
  let page = null
  const problems = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
      const url = /"event":"ready","url":"([^"]+)"/.exec(output)?.[1]
      if (url !== undefined && page === null)
        page = pageProblems(url).then((found) => {
          problems.push(...found)
          child.kill('SIGTERM')
        })
    })
  }
  const deadline = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  return new Promise((resolve) => {
    child.on('error', (error) => problems.push(`the packed app does not start: ${error.message}`))
    child.on('close', async (code, signal) => {
      clearTimeout(deadline)
      await page
      const telling = output.split('\n').find((line) => /error/i.test(line)) ?? output
      if (page === null)
        problems.push(`the packed app did not get ready (${signal ?? code}): ${oneLine(telling)}`)
      else if (code !== 0 && process.platform !== 'win32')
        problems.push(`the packed app ended with ${signal ?? `code ${code}`}: ${oneLine(telling)}`)
      resolve(problems)
    })
  })
}

/** The key of the start opens the page; its script has to be there too. */
async function pageProblems(url) {
  try {
    const answer = await fetch(url, { redirect: 'manual' })
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0]
    const page = await (await fetch(new URL('/', url), { headers: { cookie } })).text()
    const script = /<script[^>]+src="([^"]+)"/.exec(page)?.[1]
    if (script === undefined) return [`the packed page names no script: ${oneLine(page)}`]
    const { status } = await fetch(new URL(script, new URL('/', url)), { headers: { cookie } })
    return status === 200 ? [] : [`the packed page's script ${script} answers ${status}`]
  } catch (error) {
    return [`the packed page cannot be fetched: ${error.message}`]
  }
}
