// What is remembered of the pipeline that a command has loaded, for its messages. Apart from load.ts, so that
// messages do not load what a pipeline takes.

import { existsSync } from 'node:fs'
import type { StatePlace } from './print/state-hint.ts'

/** The texts of the files that were read, for code frames. */
export const sources = new Map<string, string>()

let loaded: string | undefined
let state: Omit<StatePlace, 'exists'> | undefined

/** `words`: the pipeline as it is named in a command, quoted for a shell. */
export function setLoaded(words: string): void {
  loaded = words
}

/** Where the state file lies that the command is to write. */
export function setLoadedState(place: Omit<StatePlace, 'exists'>): void {
  state = place
}

/** The pipeline that was loaded last as it is named in a command: its file and what was set, quoted for a shell. */
export function loadedPipeline(): string | undefined {
  return loaded
}

/** A text in which `<pipeline>` stands for it, with its words. */
export function withPipelineWords(text: string): string {
  return text.replaceAll('<pipeline>', () => loaded ?? '<pipeline>')
}

/** Where the state file lies that is to be written. */
export function loadedState(): StatePlace | undefined {
  return state && { ...state, exists: existsSync(state.path) }
}
