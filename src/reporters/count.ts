// Moved to words.ts; text.ts is the last to import it from here.

export { count } from '../words.ts'
