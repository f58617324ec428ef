// @ts-check
// bench/results.svg: bars of wall and CPU seconds, readable on light and on dark pages.

import { byWall, medianOf } from './peer-report.mjs'

const width = 760
const nameWidth = 290
const rowHeight = 44
const top = 56
const barHeight = 14

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .head { font-weight: 600; font-size: 15px }
  .ours { font-weight: 700 }
  .wall { fill: #8c959f } .cpu { fill: #c6ccd2 }
  .ours.wall { fill: #0969da } .ours.cpu { fill: #80b4ed }
  @media (prefers-color-scheme: dark) { text { fill: #d1d7e0 } .cpu { fill: #59626d } .ours.cpu { fill: #1f4a80 } }
`

/** @param {readonly import('./peer-report.mjs').PeerResult[]} results @param {number} records */
export function chart(results, records) {
  const sorted = byWall(results)
  const most = Math.max(...sorted.flatMap((result) => [medianOf(result, 'wallS'), medianOf(result, 'cpuS')]))
  const perSecond = (width - nameWidth - 70) / most
  const height = top + sorted.length * rowHeight + 8
  const title = `Seconds for a durable count of ${records.toLocaleString('en')} JSON events from Kafka`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>${style}</style>
<text class="head" x="0" y="18">${title}</text>
<rect class="wall" x="0" y="30" width="12" height="12"/><text x="18" y="41">wall</text>
<rect class="cpu" x="64" y="30" width="12" height="12"/><text x="82" y="41">CPU, all threads; whole processes, cold start</text>
${sorted.map((result, i) => row(result, top + i * rowHeight, perSecond)).join('\n')}
</svg>
`
}

/** @param {import('./peer-report.mjs').PeerResult} result @param {number} y @param {number} perSecond */
function row(result, y, perSecond) {
  const ours = result.name === 'sprk' ? ' ours' : ''
  return [
    `<text class="name${ours}" x="0" y="${y + 20}">${escaped(result.title)}</text>`,
    bar(medianOf(result, 'wallS'), `wall${ours}`, y + 2, perSecond),
    bar(medianOf(result, 'cpuS'), `cpu${ours}`, y + 4 + barHeight, perSecond),
  ].join('\n')
}

/** @param {number} seconds @param {string} name @param {number} y @param {number} perSecond */
function bar(seconds, name, y, perSecond) {
  const length = Math.max(1, seconds * perSecond).toFixed(1)
  const label = `<text x="${(nameWidth + Number(length) + 6).toFixed(1)}" y="${y + 12}">${seconds.toFixed(2)}</text>`
  return `<rect class="${name}" x="${nameWidth}" y="${y}" width="${length}" height="${barHeight}"/>${label}`
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
