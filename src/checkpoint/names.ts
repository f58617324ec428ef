// Names of tables and columns in SQL.

/** Any name, odd or not. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
