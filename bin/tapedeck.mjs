#!/usr/bin/env node
// The command line for any Node 18 or newer: makes sure that the project is set up and built, then
// hands over to the pinned Node 24. Everything it says itself goes to stderr.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const entry = fileURLToPath(new URL('../out/main/headless.js', import.meta.url))
const say = (text) => process.stderr.write(`tapedeck: ${text}\n`)

try {
  const { prepare } = await import('../scripts/setup.mjs')
  const { node } = await prepare({ build: true, log: say })
  if (node) handOver(node)
  else giveUp('Node 24 is not available here; run npm ci in the project folder')
} catch (error) {
  giveUp(error instanceof Error ? error.message : String(error))
}

/** Runs the program in our place: its output, its signals, its exit code. */
function handOver(node) {
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  const forward = (signal) => child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, forward)
  child.on('error', (error) => giveUp(`Node 24 does not start: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

function giveUp(message) {
  say(message.replace(/\s+/g, ' '))
  process.exitCode = 1
}
