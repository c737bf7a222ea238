/** What goes to any reader, a line a trade. */
export type ExportFormat = 'ndjson' | 'csv'
/** What goes into a file: Parquet has its index at the end. */
export type FileFormat = ExportFormat | 'parquet'

export const FILE_FORMATS: readonly FileFormat[] = ['ndjson', 'csv', 'parquet']
