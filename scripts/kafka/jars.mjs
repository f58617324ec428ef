// @ts-check
// Apache Kafka's jars from Maven Central, kept in a cache folder that all clones share.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

export const kafkaVersion = '4.3.1'

const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sprk')
const jarsFolder = join(cacheFolder, `kafka-${kafkaVersion}`)

/** Why Kafka cannot be run on this machine, or undefined where it can. @returns {string | undefined} */
export function whyNoKafka() {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0)
  if (version < 17) return version === 0 ? 'no Java 17' : `no Java 17 (java is version ${version})`
  if (existsSync(jarsFolder) || spawnSync('mvn', ['-v']).status === 0) return undefined
  return 'no Maven (mvn), which fetches Kafka the first time'
}

/**
 * The folder of the jars; fetched the first time (126 MB, about a minute).
 *
 * @param {(text: string) => void} say
 */
export async function kafkaJars(say) {
  if (existsSync(jarsFolder)) return jarsFolder
  say(`fetching Apache Kafka ${kafkaVersion} from Maven Central (126 MB, once)`)
  mkdirSync(cacheFolder, { recursive: true })
  const temporary = mkdtempSync(join(cacheFolder, '.fetch-'))
  try {
    writeFileSync(join(temporary, 'pom.xml'), pom())
    await maven(temporary)
    // A complete folder appears at once, so that a run that is cut off, or another one meanwhile, leaves no half.
    renameSync(join(temporary, 'jars'), jarsFolder)
  } catch (error) {
    if (!existsSync(jarsFolder)) throw error
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return jarsFolder
}

/** @param {string} folder @returns {Promise<void>} */
function maven(folder) {
  const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars']
  const child = spawn('mvn', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`mvn ended with ${code}:\n${output}`))))
  })
}

function pom() {
  const dependencies = [
    ['org.apache.kafka', 'kafka_2.13', kafkaVersion],
    ['org.apache.kafka', 'kafka-tools', kafkaVersion],
    ['org.slf4j', 'slf4j-simple', '1.7.36'],
  ].map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>sprk</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependencies.join('\n')}
</dependencies></project>
`
}
