const CHARTS = 'lightweight-charts'
const MIT_START = 'Permission is hereby granted, free of charge'

const HEAD = `# Third-party software in Tapedeck

Written by \`node scripts/licences.mjs\` from what the build holds.

Besides the packages below:

- **Electron** and **Chromium** (desktop builds): their notices lie beside the program as
  \`LICENSE.electron.txt\` and \`LICENSES.chromium.html\`.
- **SQLite**, inside better-sqlite3, is in the public domain.
- The **Rust crates** inside \`@napi-rs/keyring\` are listed with their licences in
  \`LICENSE.third-party.md\` of its package for each platform, which travels with the app.

## Notice of Lightweight Charts

    TradingView Lightweight Charts™
    Copyright (c) 2026 TradingView, Inc. https://www.tradingview.com/

Licensed under the Apache License, Version 2.0 (below).
`

/**
 * The document of notices: a table, then each licence text once with the copyright lines of all
 * packages that share it.
 * @param {readonly { name: string, version: string, licence: string, author: string,
 *   licenceText: string | null, notices: readonly string[] }[]} packages
 */
export function thirdPartyText(packages) {
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`)
  const table = ['| Package | Version | Licence |', '| --- | --- | --- |', ...rows].join('\n')
  const notices = packages
    .filter(({ name }) => name !== CHARTS)
    .flatMap(({ name, notices: texts }) =>
      texts.map((text) => `### ${name}: notice\n\n${quoted(text)}`),
    )
  const groups = byText(packages).map(({ body, members }) => {
    const lines = members.map(({ name, copyright }) => `- ${name}: ${copyright}`)
    return `### ${members[0].licence}\n\n${lines.join('\n')}\n\n${quoted(body)}`
  })
  return [HEAD, `## Packages\n\n${table}\n`, '## Texts\n', ...notices, ...groups].join('\n')
}

function byText(packages) {
  const mit = packages.find(({ licenceText }) =>
    split(licenceText ?? '').body.startsWith(MIT_START),
  )
  const groups = new Map()
  for (const each of packages) {
    const own = each.licenceText === null ? null : split(each.licenceText)
    // A package that forgot its text says MIT in its manifest.
    const body = own?.body ?? split(mit?.licenceText ?? '').body
    const copyright = own?.copyright || `Copyright (c) ${each.author}`
    const key = body.replace(/[\W_]+/g, ' ').toLowerCase()
    const group = groups.get(key) ?? { body, members: [] }
    group.members.push({ ...each, copyright })
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length)
}

/** Copyright lines apart from the text that many packages share. */
function split(text) {
  const lines = text.replace(/\r/g, '').split('\n')
  const isCopyright = (line) => /^\s*copyright\s+(\(c\)|©|\d{4})/i.test(line)
  const start = lines.findIndex((line) => /^\s*(permission (is hereby granted|to use))/i.test(line))
  // MIT and ISC: all before the permission is title and copyright. Others are kept whole.
  const isShort = start !== -1 && start < 12
  const kept = isShort ? lines.slice(start) : lines
  const head = isShort ? lines.slice(0, start) : lines.slice(0, 0)
  const copyright = head.filter(isCopyright).map((line) => line.trim().replace(/\s+/g, ' '))
  return { body: kept.join('\n').trim(), copyright: copyright.join('; ') }
}

/** As an indented block, in which nothing is markup. */
const quoted = (text) =>
  `${text
    .trim()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n')}\n`
