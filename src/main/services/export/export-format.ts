/** What goes to any reader, a line a trade. */
export type ExportFormat = 'ndjson' | 'csv'
/** What goes into a file: Parquet has its index at the end. */
export { FILE_FORMATS, type FileFormat } from '../../../shared/contract/export.ts'
